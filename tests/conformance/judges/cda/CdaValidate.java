import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.Serializer;
import net.sf.saxon.s9api.XPathCompiler;
import net.sf.saxon.s9api.XdmDestination;
import net.sf.saxon.s9api.XdmItem;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XsltCompiler;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.XsltTransformer;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXParseException;

/**
 * Judges CDA documents against the material of the CI-SIS: the CDA schema, then the schematrons. Arguments: the folder of
 * the material, `order` or `file` (a body that is a file: no entry to judge), then the files.
 */
public class CdaValidate {
    static final Map<String, String> PROFILES = new LinkedHashMap<>();
    static {
        PROFILES.put("struct", "profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch");
        PROFILES.put("ihe", "profils/IHE.sch");
        PROFILES.put("content", "profils/CI-SIS_ModelesDeContenusCDA.sch");
        PROFILES.put("ans", "profils/CI-SIS_Modeles_ANS.sch");
        PROFILES.put("terms", "profils/terminologies/schematron/terminologie.sch");
    }
    static final Map<String, String> OF_AN_ORDER = Map.of(
        "epbio", "profils/epbio-templates.sch", "doc", "CI-SIS_BIO-EP-BIO_2022.01.sch");
    static final Processor SAXON = new Processor(false);
    static final TreeSet<String> absent = new TreeSet<>();
    static final TreeSet<String> unheld = new TreeSet<>();
    static final Map<Path, XsltExecutable> compiled = new HashMap<>();
    static final Map<String, Integer> byLayer = new LinkedHashMap<>();
    static Path material;
    static Schema schema;

    record Finding(String layer, boolean warning, String place, String text) {}

    public static void main(String[] arguments) throws Exception {
        int[] status = {2};
        // The header profile nests deeper than the stack of a main thread.
        Thread judging = new Thread(null, () -> status[0] = judge(arguments), "judging", 256L << 20);
        judging.start();
        judging.join();
        System.exit(status[0]);
    }

    static int judge(String[] arguments) {
        material = Path.of(arguments[0]);
        Map<String, String> rules = new LinkedHashMap<>(PROFILES);
        if (arguments[1].equals("order")) rules.putAll(OF_AN_ORDER);
        List<String> files = List.of(arguments).subList(2, arguments.length);
        int failed = 0, errors = 0, warnings = 0;
        for (String file : files) {
            List<Finding> found = new ArrayList<>();
            validate(Path.of(file), found);
            rules.forEach((layer, rule) -> check(layer, rule, Path.of(file), found));
            int wrong = (int) found.stream().filter(each -> !each.warning).count();
            found.stream().filter(each -> !each.warning).forEach(each -> byLayer.merge(each.layer, 1, Integer::sum));
            errors += wrong;
            warnings += found.size() - wrong;
            if (wrong > 0) failed++;
            System.out.printf("%s: %s%n", file, wrong > 0 ? "FAIL" : "PASS");
            for (Finding each : found) {
                String level = each.warning ? "warning" : "error";
                System.out.printf("  %s [%s] %s at %s%n", level, each.layer, each.text, each.place);
            }
        }
        absent.forEach(name -> System.out.println("not run: " + name));
        unheld.forEach(name -> System.out.println("terminology not held, its codes not looked up: " + name));
        System.out.println("errors by layer: " + byLayer);
        System.out.printf("CDA files=%d failed=%d errors=%d warnings=%d absent=%d%n",
            files.size(), failed, errors, warnings, absent.size());
        return !absent.isEmpty() ? 3 : failed > 0 ? 1 : 0;
    }

    static void validate(Path file, List<Finding> found) {
        try {
            if (schema == null) {
                SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
                factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, false); // the schema is large
                schema = factory.newSchema(material.resolve("infrastructure/cda/CDA_extended.xsd").toFile());
            }
            Validator validator = schema.newValidator();
            validator.setErrorHandler(new ErrorHandler() {
                void add(boolean warning, SAXParseException fault) {
                    found.add(new Finding("xsd", warning, "line " + fault.getLineNumber(), fault.getMessage()));
                }
                public void warning(SAXParseException fault) { add(true, fault); }
                public void error(SAXParseException fault) { add(false, fault); }
                public void fatalError(SAXParseException fault) { add(false, fault); }
            });
            validator.validate(new StreamSource(file.toFile()));
        } catch (SAXParseException told) {
            if (found.isEmpty()) found.add(new Finding("xsd", false, "line " + told.getLineNumber(), told.getMessage()));
        } catch (Exception broken) {
            absent.add("CDA_extended.xsd (" + broken.getMessage() + ")");
        }
    }

    static void check(String layer, String rule, Path file, List<Finding> found) {
        Path rules = material.resolve("schematrons").resolve(rule);
        try {
            XsltTransformer judging = executable(rules).load();
            judging.setSource(new StreamSource(file.toFile()));
            judging.setURIResolver((name, base) -> {
                URI place = URI.create(base).resolve(name.replace(" ", "%20"));
                if (place.getScheme().equals("file") && !Files.exists(Path.of(place)))
                    (name.endsWith(".rdf") ? unheld : absent).add(Path.of(place).getFileName().toString());
                return new StreamSource(place.toString());
            });
            judging.setErrorReporter(ignored -> {});
            XdmDestination report = new XdmDestination();
            judging.setDestination(report);
            judging.transform();
            XPathCompiler paths = SAXON.newXPathCompiler();
            paths.declareNamespace("svrl", "http://purl.oclc.org/dsdl/svrl");
            for (XdmItem each : paths.evaluate("//svrl:failed-assert | //svrl:successful-report", report.getXdmNode()))
                found.add(finding(layer, (XdmNode) each));
        } catch (Exception broken) {
            // A file that is no XML has been told by the schema; anything else is a rule that could not be run.
            if (found.stream().noneMatch(each -> each.layer.equals("xsd")))
                absent.add(rule + " (" + String.valueOf(broken.getMessage()).replaceAll("\\s+", " ") + ")");
        }
    }

    static Finding finding(String layer, XdmNode said) {
        String role = said.getAttributeValue(new QName("role")) + " " + said.getAttributeValue(new QName("flag"));
        String place = String.valueOf(said.getAttributeValue(new QName("location")))
            .replaceAll("Q\\{[^}]*\\}", "").replaceAll("\\*:|\\[namespace-uri\\(\\)='[^']*'\\]", "");
        String text = said.getStringValue().trim().replaceAll("\\s+", " ");
        return new Finding(layer, role.toLowerCase().matches(".*(warn|info|hint).*"), place, text);
    }

    /** The rules as a stylesheet, compiled beside them once. */
    static XsltExecutable executable(Path rules) throws Exception {
        if (compiled.containsKey(rules)) return compiled.get(rules);
        if (!Files.exists(rules)) throw new IOException("absent");
        Path sheet = Path.of(rules.toString().replaceAll("\\.sch$", ".xsl"));
        if (!Files.exists(sheet)) {
            String pipeline = CdaValidate.class.getResource("/xslt/2.0/pipeline-for-svrl.xsl").toString();
            XsltTransformer making = SAXON.newXsltCompiler().compile(new StreamSource(pipeline)).load();
            making.setSource(new StreamSource(rules.toFile()));
            Path partial = Files.createTempFile(sheet.getParent(), "rules", ".part");
            Serializer written = SAXON.newSerializer(partial.toFile());
            making.setDestination(written);
            making.transform();
            Files.move(partial, sheet);
        }
        XsltCompiler compiler = SAXON.newXsltCompiler();
        compiler.setErrorReporter(ignored -> {});
        StreamSource source = new StreamSource(new ByteArrayInputStream(Files.readAllBytes(sheet)), sheet.toUri().toString());
        compiled.put(rules, compiler.compile(source));
        return compiled.get(rules);
    }
}
