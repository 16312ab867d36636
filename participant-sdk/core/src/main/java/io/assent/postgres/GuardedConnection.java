package io.assent.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A branch's connection as its work sees it. Existing code may call commit(), rollback(), close() and setAutoCommit()
 * as it always did, and does not end the branch by it: commit and close are left to the branch, rollback makes the
 * branch vote NO. Savepoints work. What it hands out is guarded too ({@link GuardedPart}).
 */
final class GuardedConnection implements InvocationHandler {

    private final Connection connection;
    private final BranchTransaction transaction;
    private volatile boolean closed;

    private GuardedConnection(Connection connection, BranchTransaction transaction) {
        this.connection = connection;
        this.transaction = transaction;
    }

    static Connection around(Connection connection, BranchTransaction transaction) {
        return (Connection) Proxy.newProxyInstance(
                GuardedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new GuardedConnection(connection, transaction));
    }

    /** Another handle on the same connection, closed by itself. */
    static Connection again(Connection guarded) {
        GuardedConnection handler = (GuardedConnection) Proxy.getInvocationHandler(guarded);
        return around(handler.connection, handler.transaction);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "close" -> {
                closed = true;
                yield null;
            }
            case "isClosed" -> closed || connection.isClosed();
            case "equals" -> arguments != null && isHandlerOf(arguments[0]);
            case "hashCode" -> System.identityHashCode(this);
            case "toString" -> "branch connection " + connection;
            default -> {
                if (closed) {
                    throw new SQLException("this connection is closed", "08003");
                }
                yield invokeOpen((Connection) proxy, method, arguments);
            }
        };
    }

    private @Nullable Object invokeOpen(Connection handle, Method method, Object @Nullable [] arguments)
            throws Throwable {
        switch (method.getName()) {
            case "commit", "setAutoCommit", "setReadOnly" -> {
                return null;
            }
            case "getAutoCommit" -> {
                return false;
            }
            case "abort" -> transaction.markRollbackOnly();
            case "rollback" -> {
                if (arguments == null) {
                    transaction.restart();
                    return null;
                }
            }
            // Where unwrap leads nobody sees what is done; SQL may go back to a savepoint after an error, when the
            // start can't be read any more.
            case "unwrap", "setSavepoint" -> transaction.rememberStart();
            case "prepareStatement", "prepareCall" -> GuardedPart.lookAt(arguments, transaction);
            default -> {
                // Everything else can't end the branch.
            }
        }
        return GuardedPart.around(GuardedPart.pass(connection, method, arguments), handle, transaction);
    }

    @SuppressWarnings("ReferenceEquality") // a handle is equal to itself only
    private boolean isHandlerOf(@Nullable Object other) {
        return other != null && Proxy.isProxyClass(other.getClass()) && Proxy.getInvocationHandler(other) == this;
    }
}
