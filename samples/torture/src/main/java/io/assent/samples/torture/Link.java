package io.assent.samples.torture;

import io.assent.samples.torture.Gate.Direction;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way from one party to another: a TCP proxy of its own. What is held back arrives later, also after its sender has
 * given up, as in a network.
 */
final class Link implements AutoCloseable {

    private static final int BACKLOG = 50;
    private static final int CONNECTIONS_MAX = 400;
    private static final int PIECE_BYTES = 64 * 1024;

    private final String source;
    private final String target;
    private final InetSocketAddress to;
    private final ServerSocket listening;
    private final Gate gate = new Gate();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param listen where the source believes the target to be
     * @param port where the target really is
     */
    Link(String source, String target, InetSocketAddress listen, int port) throws IOException {
        this.source = source;
        this.target = target;
        this.to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.listening = new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress());
        Thread.ofVirtual().name(toString()).start(this::accept);
    }

    boolean touches(String party) {
        return source.equals(party) || target.equals(party);
    }

    Gate gate() {
        return gate;
    }

    /** Breaks what is open, so that both sides notice. */
    void reset() {
        open.forEach(Link::abruptly);
        open.clear();
    }

    @Override
    public void close() {
        quietly(listening);
        reset();
    }

    @Override
    public String toString() {
        return source + "->" + target;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        if (open.size() >= 2 * CONNECTIONS_MAX) {
            quietly(client);
            return;
        }
        Thread.ofVirtual().start(() -> {
            Socket server = new Socket();
            open.add(client);
            open.add(server);
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                gate.pass(Direction.REQUEST);
                server.connect(to);
                Thread.ofVirtual().start(() -> copy(client, server, Direction.REQUEST));
                copy(server, client, Direction.REPLY);
            } catch (IOException e) {
                end(client, server);
            }
        });
    }

    private void copy(Socket from, Socket into, Direction direction) {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                gate.pass(direction);
                out.write(piece, 0, read);
            }
        } catch (IOException e) {
            // one side has gone, and so both do
        } finally {
            // That a side has gone is news too, and travels as the rest does.
            gate.pass(direction);
            end(from, into);
        }
    }

    private void end(Socket one, Socket other) {
        quietly(one);
        quietly(other);
        open.remove(one);
        open.remove(other);
    }

    private static void abruptly(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // closed already
        }
        quietly(socket);
    }

    private static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // it is gone all the same
        }
    }
}
