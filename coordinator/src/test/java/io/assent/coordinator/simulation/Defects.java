package io.assent.coordinator.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** Hears what the code under simulation logs as an error: what it catches there is a defect all the same. */
final class Defects implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.assent");
    private final Level levelBefore;
    private final boolean additiveBefore;
    private String first = "";

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (first.isEmpty()) {
                var thrown = event.getThrowableProxy();
                first = event.getFormattedMessage()
                        + (thrown == null ? "" : " " + thrown.getClassName() + ": " + thrown.getMessage());
            }
        }
    };

    private Defects() {
        levelBefore = logger.getLevel();
        additiveBefore = logger.isAdditive();
        logger.setLevel(Level.ERROR);
        logger.setAdditive(false);
        appender.start();
        logger.addAppender(appender);
    }

    static Defects watch() {
        return new Defects();
    }

    String first() {
        return first;
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(additiveBefore);
        logger.setLevel(levelBefore);
    }
}
