import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.elasticsearch.bootstrap.BootstrapInfo;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One genuine Elasticsearch node in this JVM: NodeMain HOME DATA PORT, port 0 = any.
 *
 * HOME holds modules/ (transport-netty4, node-extras). "READY PORT" is printed once it answers. It stops cleanly at
 * the end of its standard input, so that it never outlives the test run that holds the other end.
 */
public final class NodeMain {
    private static final String NAME = "circuitbio-test";

    private NodeMain() {}

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        Path data = Files.createDirectories(Path.of(args[1])).toAbsolutePath();
        configureLogging();
        Node node = assembled(home, settings(home, data, args[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
        System.out.println("READY " + http.boundAddress().publishAddress().getPort());
        System.out.flush();
        while (System.in.read() >= 0) {
            // until the end of input
        }
        System.exit(0);
    }

    private static Settings settings(Path home, Path data, String port) {
        return Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", data.toString())
            .put("path.logs", data.resolve("logs").toString())
            .put("cluster.name", NAME)
            .put("node.name", NAME)
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", port)
            .put("transport.port", "0")
            // a nearly full disk must not turn the indices of a test read-only
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    }

    /** Before the first class of the server that owns a logger. Its native libraries are not published. */
    private static void configureLogging() {
        LogConfigurator.configureESLogging();
        LogConfigurator.configureWithoutConfig(Settings.builder()
            .put("logger.level", "WARN")
            .put("logger.org.elasticsearch.nativeaccess", "ERROR")
            .put("logger.org.elasticsearch.simdvec", "ERROR")
            .build());
        BootstrapInfo.init();
    }

    private static Node assembled(Path home, Settings settings) throws Exception {
        for (String folder : List.of("config", "plugins")) {
            Files.createDirectories(home.resolve(folder));
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), home.resolve("config"), () -> NAME);
        return new Node(environment, PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of(),
            false)); // the server is on the class path, not a named module
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(20, TimeUnit.SECONDS);
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
