import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.conf.check.DefaultValidator;
import ca.uhn.hl7v2.conf.parser.ProfileParser;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Judges HL7 v2.5 messages, alone or in an FHS/BHS batch, against IHE's own LAB-51 conformance profiles (chosen by MSH-9);
 * a message must also be encoded again to the same text. A file is refused for one finding, or for holding no message.
 */
public class Lab51Validate {
    static final String PROFILE = "org/openehealth/ipf/gazelle/validation/profile/v2/1.3.6.1.4.12559.11.1.1.%s.xml";
    static final Map<String, String> PROFILES = Map.of(
        "MFN^M08", "118", "MFN^M09", "119", "MFN^M10", "120", "MFN^M11", "121",
        "MFK^M08", "122", "MFK^M09", "123", "MFK^M10", "124", "MFK^M11", "125");

    public static void main(String[] files) throws Exception {
        int failed = 0, judged = 0, findings = 0;
        for (String file : files) {
            List<String> found = new ArrayList<>();
            List<String> messages = messages(Files.readString(Path.of(file), StandardCharsets.UTF_8));
            for (String message : messages) found.addAll(findings(message));
            if (messages.isEmpty()) found.add("no message");
            if (!found.isEmpty()) failed++;
            judged += messages.size();
            findings += found.size();
            System.out.printf("%s: %s, %d message(s)%n", file, found.isEmpty() ? "PASS" : "FAIL", messages.size());
            found.forEach(line -> System.out.println("  " + line));
        }
        System.out.printf("LAB51 files=%d failed=%d messages=%d findings=%d%n", files.length, failed, judged, findings);
        System.exit(failed > 0 ? 1 : 0);
    }

    static List<String> findings(String text) throws Exception {
        String[] header = text.split("\r", 2)[0].split("\\|", -1);
        String[] type = (header.length > 8 ? header[8] : "").split("\\^");
        String event = type.length > 1 ? type[0] + "^" + type[1] : "?";
        if (!PROFILES.containsKey(event)) return List.of(event + ": no profile for this event");
        List<String> found = new ArrayList<>();
        DefaultHapiContext context = new DefaultHapiContext();
        context.setModelClassFactory(new CanonicalModelClassFactory("2.5"));
        PipeParser parser = context.getPipeParser();
        try {
            Message message = parser.parse(text);
            if (!parser.encode(message).strip().equals(text.strip())) found.add(event + ": encoded again, the text differs");
            for (HL7Exception finding : new DefaultValidator(context).validate(message, new ProfileParser(false).parse(profile(event)).getMessage()))
                if (!isKnownFalse(event, finding.getMessage())) found.add(event + ": " + finding.getMessage());
        } catch (HL7Exception refused) {
            found.add(event + ": not parsed: " + refused.getMessage());
        }
        return found;
    }

    /** MFA-5 is Varies in the model and components in the profile: HAPI reports every MFK for it. */
    static boolean isKnownFalse(String event, String finding) {
        return event.startsWith("MFK") && finding.contains("MFA") && finding.contains("primitive");
    }

    static String profile(String event) throws Exception {
        String name = String.format(PROFILE, PROFILES.get(event));
        try (InputStream in = Lab51Validate.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("profile not on the class path: " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The messages of a file, without the batch segments and the MLLP frame. */
    static List<String> messages(String text) {
        List<String> messages = new ArrayList<>();
        for (String segment : text.replace("\u000b", "").replace("\u001c", "").replace("\r\n", "\r").replace('\n', '\r').split("\r")) {
            if (segment.isBlank() || segment.matches("(FHS|BHS|BTS|FTS).*")) continue;
            if (segment.startsWith("MSH")) messages.add("");
            if (!messages.isEmpty()) messages.set(messages.size() - 1, messages.get(messages.size() - 1) + segment + "\r");
        }
        return messages;
    }
}
