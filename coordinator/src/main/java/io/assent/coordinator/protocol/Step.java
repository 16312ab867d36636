package io.assent.coordinator.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * What an event makes of a conversation. Persist {@code persist} durably before sending anything in {@code send}.
 *
 * @param next the conversation after the event
 * @param persist what must be durable first
 * @param send what is then sent
 */
public record Step(Conversation next, List<LogRecord> persist, List<Command> send) {

    public Step {
        persist = List.copyOf(persist);
        send = List.copyOf(send);
    }

    static Step to(Conversation next) {
        return new Step(next, List.of(), List.of());
    }

    Step persisting(LogRecord logRecord) {
        List<LogRecord> all = new ArrayList<>(persist);
        all.add(logRecord);
        return new Step(next, all, send);
    }

    Step sending(Command command) {
        List<Command> all = new ArrayList<>(send);
        all.add(command);
        return new Step(next, persist, all);
    }

    Step sendingAll(List<? extends Command> commands) {
        List<Command> all = new ArrayList<>(send);
        all.addAll(commands);
        return new Step(next, persist, all);
    }
}
