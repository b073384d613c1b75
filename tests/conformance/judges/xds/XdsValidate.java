import jakarta.xml.bind.JAXBContext;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.openehealth.ipf.commons.ihe.xds.XDM;
import org.openehealth.ipf.commons.ihe.xds.core.ebxml.ebxml30.EbXMLSubmitObjectsRequest30;
import org.openehealth.ipf.commons.ihe.xds.core.stub.ebrs30.lcm.SubmitObjectsRequest;
import org.openehealth.ipf.commons.ihe.xds.core.validate.requests.ObjectContainerValidator;

/** Judges METADATA.XML files: the ebRIM 3.0 schema as it is, then the rules of IHE ITI TF-3 for the profile XDM. */
public class XdsValidate {
    public static void main(String[] files) throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        Schema schema = factory.newSchema(XdsValidate.class.getResource("/wsdl/schema/ebRS30/lcm.xsd"));
        JAXBContext context = JAXBContext.newInstance(SubmitObjectsRequest.class);
        int failed = 0;
        for (String file : files) {
            String wrong = null;
            try {
                String text = Files.readString(Path.of(file));
                schema.newValidator().validate(new StreamSource(new StringReader(text)));
                Object read = context.createUnmarshaller().unmarshal(new StringReader(asIhe(text)));
                ObjectContainerValidator.getInstance().validate(
                    new EbXMLSubmitObjectsRequest30((SubmitObjectsRequest) read), XDM.Interactions.ITI_41);
            } catch (Exception refused) {
                wrong = refused.getClass().getSimpleName() + ": " + String.valueOf(refused.getMessage()).replaceAll("\\s+", " ");
            }
            if (wrong != null) failed++;
            System.out.printf("%s: %s%n", file, wrong == null ? "PASS" : "FAIL");
            if (wrong != null) System.out.println("  " + wrong);
        }
        System.out.printf("XDS files=%d failed=%d%n", files.length, failed);
        System.exit(failed > 0 ? 1 : 0);
    }

    /** Without what the CI-SIS asks for and IHE's tables leave out: the kind of an identifier, the label of a specialty. */
    static String asIhe(String text) {
        return text.replaceAll("&amp;ISO\\^(NH|PI)\\b", "&amp;ISO")
            .replace("&amp;ISO^IDNST^^^", "&amp;ISO^^^^")
            .replaceAll(">([^<^]+)\\^[^<^]*\\^([0-9.]+)</", ">$1^^^&amp;$2&amp;ISO</");
    }
}
