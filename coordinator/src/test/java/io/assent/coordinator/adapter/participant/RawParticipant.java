package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A participant that says, byte for byte, what a test wants; a script for each connection. */
final class RawParticipant implements AutoCloseable {

    interface Script {
        void serve(Talk talk) throws IOException;
    }

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

    RawParticipant(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        Thread.startVirtualThread(this::accept);
    }

    static RawParticipant on(String address, Script script) {
        try {
            return new RawParticipant(new ServerSocket(0, 50, InetAddress.getByName(address)), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    ParticipantUrl url() {
        return new ParticipantUrl("http://127.0.0.1:" + port() + "/assent");
    }

    /** How many were accepted. */
    int connections() {
        return connections.get();
    }

    /** The numbers of the connections whose script came to its end, or whose other side went away. */
    BlockingQueue<Integer> ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread.startVirtualThread(() -> serve(new Talk(number, socket)));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Talk talk) {
        try (Socket _ = talk.socket) {
            script.serve(talk);
        } catch (IOException e) {
            // the other side went away
        } finally {
            ended.add(talk.number);
        }
    }

    /** One connection. */
    record Talk(int number, Socket socket) {

        record Request(String head, List<Instruction> instructions) {
            /** What an obedient participant replies. */
            String body() {
                return new String(
                        InstructionJson.writeResults(instructions.stream()
                                .map(i -> InstructionResult.of(i, TestParticipant.obedience(i)))
                                .toList()),
                        StandardCharsets.UTF_8);
            }

            String reply() {
                return "HTTP/1.1 200 OK\r\nContent-Length: " + body().length() + "\r\n\r\n" + body();
            }
        }

        /** The next request on this connection. */
        Request request() throws IOException {
            String head = head();
            Matcher length = LENGTH.matcher(head);
            if (!length.find()) {
                throw new IOException("no Content-Length: " + head);
            }
            byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
            return new Request(head, InstructionJson.readInstructions(body));
        }

        String head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new EOFException();
                }
                head.write(next);
            }
            return head.toString(StandardCharsets.US_ASCII);
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }

        /** Until the other side goes away. */
        void keepSaying(String text) throws IOException {
            while (true) {
                say(text);
            }
        }

        void awaitEnd() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // whatever it says
            }
        }
    }
}
