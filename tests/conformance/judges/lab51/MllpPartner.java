import ca.uhn.hl7v2.AcknowledgmentCode;
import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.app.Connection;
import ca.uhn.hl7v2.app.HL7Service;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.protocol.ReceivingApplication;
import ca.uhn.hl7v2.util.StandardSocketFactory;
import ca.uhn.hl7v2.util.idgenerator.InMemoryIDGenerator;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * HAPI HL7v2's own MLLP client and server, over TLS with a certificate on each side, both from one PKCS#12.
 *   MllpPartner PKCS12 PASSWORD client HOST PORT FILE...   sends each message, writes each answer in FILE.answer
 *   MllpPartner PKCS12 PASSWORD server PORT FOLDER COUNT   keeps COUNT messages in FOLDER (1.hl7...), each accepted, and ends
 */
public class MllpPartner {
    public static void main(String[] arguments) throws Exception {
        SSLContext tls = tls(arguments[0], arguments[1].toCharArray());
        DefaultHapiContext context = new DefaultHapiContext();
        context.setModelClassFactory(new CanonicalModelClassFactory("2.5"));
        context.setSocketFactory(new StandardSocketFactory() {
            @Override public Socket createTlsSocket() throws IOException {
                return tls.getSocketFactory().createSocket();
            }

            @Override public ServerSocket createTlsServerSocket() throws IOException {
                SSLServerSocket made = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket();
                made.setNeedClientAuth(true);
                return made;
            }
        });
        ((ca.uhn.hl7v2.llp.MinLowerLayerProtocol) context.getLowerLayerProtocol()).setCharset(StandardCharsets.UTF_8);
        context.getParserConfiguration().setIdGenerator(new InMemoryIDGenerator()); // by default a file of the current folder
        if (arguments[2].equals("client")) send(context, arguments); else receive(context, arguments);
        System.exit(0);
    }

    static void send(DefaultHapiContext context, String[] arguments) throws Exception {
        Connection connection = context.newClient(arguments[3], Integer.parseInt(arguments[4]), true);
        connection.getInitiator().setTimeoutMillis(60_000);
        for (int number = 5; number < arguments.length; number++) {
            String text = Files.readString(Path.of(arguments[number]), StandardCharsets.UTF_8);
            Message answer = connection.getInitiator().sendAndReceive(context.getPipeParser().parse(text));
            Files.writeString(Path.of(arguments[number] + ".answer"), context.getPipeParser().encode(answer), StandardCharsets.UTF_8);
        }
        connection.close();
        System.out.printf("MLLP sent=%d%n", arguments.length - 5);
    }

    static void receive(DefaultHapiContext context, String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[5]);
        AtomicInteger received = new AtomicInteger();
        HL7Service server = context.newServer(Integer.parseInt(arguments[3]), true);
        server.registerApplication(new ReceivingApplication<Message>() {
            @Override public Message processMessage(Message message, Map<String, Object> metadata) throws HL7Exception {
                try {
                    int number = received.get() + 1;
                    Files.writeString(Path.of(arguments[4], number + ".hl7"), message.encode(), StandardCharsets.UTF_8);
                    Message answer = message.generateACK(AcknowledgmentCode.AA, null);
                    received.set(number);
                    return answer;
                } catch (IOException failure) {
                    throw new HL7Exception(failure);
                }
            }

            @Override public boolean canProcess(Message message) {
                return true;
            }
        });
        server.startAndWait();
        System.out.println("ready");
        System.out.flush();
        while (received.get() < count) Thread.sleep(20);
        Thread.sleep(500); // the last answer leaves
        server.stop();
    }

    static SSLContext tls(String path, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(path)) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ours", store.getCertificate(store.aliases().nextElement()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
