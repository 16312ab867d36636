package io.assent.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between driver and server and counts round trips: the messages that a reply is waited for, Sync and Query of
 * PostgreSQL's protocol (version 3). Can lose a reply, and the connection with it.
 */
final class CountingWire implements AutoCloseable {

    private static final int MESSAGE_MAX = 1024 * 1024;

    private final ServerSocket listener;
    private final int serverPort;
    private final AtomicInteger roundTrips = new AtomicInteger();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private volatile String losesReplyTo = "";

    CountingWire(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** The driver must not ask for encryption first: such requests have another form. */
    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + "/" + database
                + "?user=postgres&sslmode=disable&gssEncMode=disable";
    }

    int roundTrips() {
        return roundTrips.get();
    }

    /** From the next message that contains the text on, nothing comes back on its connection. */
    void loseReplyTo(String text) {
        losesReplyTo = text;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            daemon(() -> toServer(client, server));
            daemon(() -> toClient(client, server));
        }
    }

    private void toServer(Socket client, Socket server) throws IOException {
        try (client;
                server) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            forward(out, read(in));
            while (true) {
                int type = in.readUnsignedByte();
                byte[] message = read(in);
                String content = new String(message, StandardCharsets.UTF_8);
                // Counted before it is sent: after that whoever waits for the reply may already have it.
                // The driver sends BEGIN together with the first statement, and waits for both.
                if (type == 'S' || (type == 'Q' && !content.startsWith("BEGIN"))) {
                    roundTrips.incrementAndGet();
                }
                out.writeByte(type);
                forward(out, message);
                if (!losesReplyTo.isEmpty() && content.contains(losesReplyTo)) {
                    losesReplyTo = "";
                    // The rest of the exchange reaches the server, its replies reach nobody.
                    client.shutdownOutput();
                }
            }
        }
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < Integer.BYTES || length > MESSAGE_MAX) {
            throw new IOException("not a message of the protocol: length " + length);
        }
        return in.readNBytes(length - Integer.BYTES);
    }

    private static void forward(DataOutputStream out, byte[] message) throws IOException {
        out.writeInt(message.length + Integer.BYTES);
        out.write(message);
        out.flush();
    }

    private static void toClient(Socket client, Socket server) throws IOException {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        in.transferTo(out);
    }

    /** What a thread of the wire does until its connection ends. */
    private interface Carrying {
        void run() throws IOException;
    }

    private static void daemon(Carrying carrying) {
        Thread.ofVirtual().start(() -> {
            try {
                carrying.run();
            } catch (IOException e) {
                // One side has closed the connection; the other one notices by itself.
            }
        });
    }
}
