import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges PDF files against one PDF/A flavour (first argument: 1b, 2b, 3b…), which each must also claim for itself. */
public class PdfaValidate {
    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
        if (flavour == PDFAFlavour.NO_FLAVOUR) {
            System.err.println("unknown flavour " + arguments[0]);
            System.exit(2);
        }
        int failed = 0, rules = 0;
        for (int i = 1; i < arguments.length; i++) {
            Set<String> broken;
            try {
                broken = broken(arguments[i], flavour);
            } catch (Exception unreadable) {
                broken = Set.of("cannot be read: " + unreadable.getMessage());
            }
            if (!broken.isEmpty()) failed++;
            rules += broken.size();
            System.out.printf("%s: %s%n", arguments[i], broken.isEmpty() ? "PASS" : "FAIL");
            broken.forEach(rule -> System.out.println("  " + rule));
        }
        System.out.printf("PDFA files=%d failed=%d rules=%d%n", arguments.length - 1, failed, rules);
        System.exit(failed > 0 ? 1 : 0);
    }

    /** One line for each rule the file breaks. */
    static Set<String> broken(String file, PDFAFlavour flavour) throws Exception {
        Set<String> broken = new TreeSet<>();
        PDFAFlavour claimed = claimed(file);
        if (claimed != flavour) broken.add("claims PDF/A flavour " + claimed.getId() + ", not " + flavour.getId());
        try (InputStream in = new FileInputStream(file);
             PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
             PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion test : result.getTestAssertions())
                if (test.getStatus() == TestAssertion.Status.FAILED)
                    broken.add("rule " + test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber() + ": "
                        + String.valueOf(test.getMessage()).replaceAll("\\s+", " "));
            if (!result.isCompliant() && broken.isEmpty()) broken.add("not compliant, no rule named");
        }
        return broken;
    }

    /** What the file's own metadata claims; nothing claimed shows as an empty list inside the parser. */
    static PDFAFlavour claimed(String file) throws Exception {
        try (InputStream in = new FileInputStream(file); PDFAParser parser = Foundries.defaultInstance().createParser(in)) {
            return parser.getFlavour();
        } catch (IndexOutOfBoundsException nothing) {
            return PDFAFlavour.NO_FLAVOUR;
        }
    }
}
