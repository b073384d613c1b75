import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Judges FHIR R4 JSON files against the R4 base definitions, and the profiles they claim that are given among the files
 * (`*.profile.json`). One error refuses a file; warnings are shown.
 */
public class FhirValidate {
    static final String EXPANSION_PROPERTY =
        "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property";

    public static void main(String[] files) throws Exception {
        FhirContext context = FhirContext.forR4();
        OutsideCodeSystems outside = new OutsideCodeSystems(context);
        PrePopulatedValidationSupport given = new PrePopulatedValidationSupport(context);
        for (String file : files)
            if (file.endsWith(".profile.json")) given.addStructureDefinition(
                context.newJsonParser().parseResource(StructureDefinition.class, Files.readString(Path.of(file))));
        FhirValidator validator = context.newValidator().registerValidatorModule(module(context, given, outside));
        int failed = 0, errors = 0, warnings = 0;
        for (String file : files) {
            StringBuilder lines = new StringBuilder();
            int wrong = 0;
            try {
                for (SingleValidationMessage message : validator.validateWithResult(Files.readString(Path.of(file))).getMessages()) {
                    boolean warning = message.getSeverity() == ResultSeverityEnum.WARNING;
                    if (message.getSeverity() == ResultSeverityEnum.INFORMATION || isKnownFalse(message.getMessage())) continue;
                    if (warning) warnings++; else wrong++;
                    lines.append(String.format("  %s %s line %s: %s%n", warning ? "warning" : "error",
                        message.getLocationString(), message.getLocationLine(), message.getMessage()));
                }
            } catch (Exception unreadable) {
                wrong++;
                lines.append("  error cannot be read: ").append(unreadable.getMessage()).append('\n');
            }
            errors += wrong;
            if (wrong > 0) failed++;
            System.out.printf("%s: %s%n%s", file, wrong > 0 ? "FAIL" : "PASS", lines);
        }
        System.out.println("code systems not held here (codes accepted unchecked): " + outside.seen);
        System.out.printf("FHIR files=%d failed=%d errors=%d warnings=%d%n", files.length, failed, errors, warnings);
        System.exit(failed > 0 ? 1 : 0);
    }

    /** An element of R5 carried in R4 by the cross-version rule: the package that defines these is not among the jars. */
    static boolean isKnownFalse(String error) {
        return error.equals("Extension url '" + EXPANSION_PROPERTY + "' is not valid (invalid Version '5.0')");
    }

    static FhirInstanceValidator module(FhirContext context, IValidationSupport given, OutsideCodeSystems outside) {
        FhirInstanceValidator module = new FhirInstanceValidator(new ValidationSupportChain(given,
            new DefaultProfileValidationSupport(context), new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context), new SnapshotGeneratingValidationSupport(context), outside));
        module.setAnyExtensionsAllowed(true);
        module.setErrorForUnknownProfiles(false);
        module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        return module;
    }

    /** Answers for code systems the validator does not hold (LOINC, the JDV's own): usable, codes unchecked. */
    static class OutsideCodeSystems implements IValidationSupport {
        final FhirContext context;
        final IValidationSupport held;
        final Set<String> seen = new TreeSet<>();

        OutsideCodeSystems(FhirContext context) {
            this.context = context;
            this.held = new DefaultProfileValidationSupport(context);
        }

        @Override public FhirContext getFhirContext() { return context; }

        boolean isHeld(String system) {
            return held.fetchCodeSystem(system) instanceof CodeSystem found
                && found.getContent() != CodeSystem.CodeSystemContentMode.NOTPRESENT;
        }

        @Override public boolean isCodeSystemSupported(ValidationSupportContext chain, String system) {
            return system != null && !system.isBlank() && !isHeld(system);
        }

        @Override public CodeValidationResult validateCode(ValidationSupportContext chain, ConceptValidationOptions options,
                String system, String code, String display, String valueSet) {
            if (valueSet != null || !isCodeSystemSupported(chain, system)) return null;
            seen.add(system);
            return new CodeValidationResult().setCode(code).setDisplay(display).setCodeSystemName(system);
        }
    }
}
