import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.gclient.TokenClientParam;
import ca.uhn.fhir.rest.gclient.UriClientParam;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.*;

/** Puts the questions of its second argument to the service of its first, as an application built on HAPI would, and prints what it understood. */
public class HapiClient {
    static IGenericClient client;
    static Map<?, ?> questions;

    public static void main(String[] arguments) throws Exception {
        FhirContext context = FhirContext.forR4();
        context.setParserErrorHandler(new StrictErrorHandler());
        context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.ONCE);
        client = context.newRestfulGenericClient(arguments[0]);
        questions = new ObjectMapper().readValue(arguments[1], Map.class);
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("capabilities", capabilities());
        seen.put("read", read());
        seen.put("pages", pages());
        seen.put("found", found());
        seen.put("expand", expand());
        seen.put("lookup", lookup());
        seen.put("in_system", verdict(ask("CodeSystem", "$validate-code", "url", system(), "code", code(),
            "display", new StringType(of("display")))));
        seen.put("in_value_set", inValueSet(of("code")));
        seen.put("not_in_value_set", inValueSet(of("result")));
        seen.put("translate", translate());
        seen.put("subsumes", ask("CodeSystem", "$subsumes", "system", system(), "codeA", code(), "codeB", code())
            .getParameterValue("outcome").primitiveValue());
        seen.put("batch", batch());
        seen.put("refused", refused());
        System.out.println(new ObjectMapper().writeValueAsString(seen));
    }

    static String of(String question) { return (String) questions.get(question); }

    static UriType system() { return new UriType(of("system")); }

    static CodeType code() { return new CodeType(of("code")); }

    static Object capabilities() {
        CapabilityStatement said = client.capabilities().ofType(CapabilityStatement.class).execute();
        List<String> operations = new ArrayList<>();
        for (var type : said.getRestFirstRep().getResource())
            for (var operation : type.getOperation()) operations.add(type.getType() + "/$" + operation.getName());
        return Map.of("version", said.getFhirVersion().toCode(), "operations", operations);
    }

    static Object read() {
        CodeSystem system = client.read().resource(CodeSystem.class).withId(of("system_id")).execute();
        CodeSystem again = client.read().resource(CodeSystem.class).withId(of("system_id"))
            .ifVersionMatches(system.getIdElement().getVersionIdPart()).returnResource(system).execute();
        return Map.of("url", system.getUrl(), "concepts", system.getConcept().size(), "unchanged", again == system);
    }

    /** Every value set, from page to page by the links. */
    static Object pages() {
        Bundle page = client.search().forResource(ValueSet.class).count((int) questions.get("count"))
            .returnBundle(Bundle.class).execute();
        int total = page.getTotal();
        List<String> ids = new ArrayList<>(ids(page));
        while (page.getLink(Bundle.LINK_NEXT) != null) ids.addAll(ids(page = client.loadPage().next(page).execute()));
        return Map.of("total", total, "ids", ids);
    }

    /** What one search finds by title, by url and by code, the last one posted as a form. */
    static Object found() {
        var byTitle = new StringClientParam("title").contains().value(of("title"));
        var byUrl = new UriClientParam("url").matches().value(of("system"));
        var byCode = new TokenClientParam("code").exactly().systemAndCode(of("system"), of("code"));
        return Map.of(
            "title", ids(client.search().forResource(ActivityDefinition.class).where(byTitle).returnBundle(Bundle.class).execute()),
            "url", ids(client.search().forResource(CodeSystem.class).where(byUrl).returnBundle(Bundle.class).execute()),
            "code", ids(client.search().forResource(CodeSystem.class).where(byCode).usingStyle(SearchStyleEnum.POST)
                .returnBundle(Bundle.class).execute()));
    }

    static List<String> ids(Bundle page) {
        return page.getEntry().stream().map(entry -> entry.getResource().getIdElement().getIdPart()).toList();
    }

    static Object expand() {
        Parameters given = new Parameters().addParameter("filter", new StringType(of("filter")))
            .addParameter("count", new IntegerType(3));
        ValueSet found = client.operation().onInstance(new IdType("ValueSet", of("value_set_id"))).named("$expand")
            .withParameters(given).returnResourceType(ValueSet.class).execute();
        List<String> labels = found.getExpansion().getContains().stream().map(one -> one.getCode() + " " + one.getDisplay()).toList();
        return Map.of("total", found.getExpansion().getTotal(), "found", labels);
    }

    static Object lookup() {
        Parameters told = ask("CodeSystem", "$lookup", "system", system(), "code", code());
        List<String> values = new ArrayList<>();
        for (var parameter : told.getParameter())
            if (parameter.getName().equals("property") && part(parameter, "code").primitiveValue().equals(of("property")))
                values.add(((Coding) part(parameter, "value")).getCode());
        return Map.of("display", told.getParameterValue("display").primitiveValue(), "values", values);
    }

    static Object inValueSet(String code) {
        CodeableConcept concept = new CodeableConcept(new Coding(of("system"), code, null));
        return verdict(ask("ValueSet", "$validate-code", "url", new UriType(of("value_set")), "codeableConcept", concept));
    }

    static Object verdict(Parameters told) {
        return Map.of("result", told.getParameterBool("result"), "display", told.getParameterValue("display").primitiveValue());
    }

    static Object translate() {
        Parameters told = ask("ConceptMap", "$translate", "system", system(), "code", code(),
            "targetsystem", new UriType(of("target")));
        List<String> matches = new ArrayList<>();
        for (var parameter : told.getParameter())
            if (parameter.getName().equals("match"))
                matches.add(part(parameter, "equivalence").primitiveValue() + " " + ((Coding) part(parameter, "concept")).getCode());
        return matches;
    }

    static Object batch() {
        Bundle asked = new Bundle().setType(Bundle.BundleType.BATCH);
        Stream.of("CodeSystem/" + of("system_id"), "CodeSystem/nulle-part").forEach(url ->
            asked.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(url));
        return client.transaction().withBundle(asked).execute().getEntry().stream()
            .map(entry -> entry.getResponse().getStatus()).toList();
    }

    static Object refused() {
        try {
            ask("CodeSystem", "$lookup", "system", system(), "code", new CodeType(of("unknown")));
            return "answered";
        } catch (BaseServerResponseException refused) {
            var issue = ((OperationOutcome) refused.getOperationOutcome()).getIssueFirstRep();
            return Map.of("status", refused.getStatusCode(), "issue", issue.getCode().toCode());
        }
    }

    /** One operation on a type; names and values of its parameters in turn. */
    static Parameters ask(String type, String operation, Object... given) {
        Parameters parameters = new Parameters();
        for (int i = 0; i < given.length; i += 2) parameters.addParameter((String) given[i], (Type) given[i + 1]);
        return client.operation().onType(type).named(operation).withParameters(parameters).execute();
    }

    static Base part(Parameters.ParametersParameterComponent parameter, String name) {
        return parameter.getPart().stream().filter(part -> part.getName().equals(name)).findFirst().orElseThrow().getValue();
    }
}
