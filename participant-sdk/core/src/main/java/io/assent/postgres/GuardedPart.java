package io.assent.postgres;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement, result set or metadata of a branch's connection as its work sees it: leads back to the guarded connection
 * only, tells the branch what was written, and has it look at SQL that might end its transaction before that runs.
 */
final class GuardedPart implements InvocationHandler {

    private final Object part;
    private final Connection handle;
    private final BranchTransaction transaction;

    private GuardedPart(Object part, Connection handle, BranchTransaction transaction) {
        this.part = part;
        this.handle = handle;
        this.transaction = transaction;
    }

    /** Guards what a call gave, if it is anything that leads to the connection. */
    static @Nullable Object around(@Nullable Object result, Connection handle, BranchTransaction transaction) {
        Class<?> type = typeToGuard(result);
        if (result == null || type == null) {
            return result;
        }
        return Proxy.newProxyInstance(
                GuardedPart.class.getClassLoader(),
                new Class<?>[] {type},
                new GuardedPart(result, handle, transaction));
    }

    private static @Nullable Class<?> typeToGuard(@Nullable Object result) {
        if (result instanceof ResultSet) {
            return ResultSet.class;
        }
        if (result instanceof Statement) {
            return result instanceof CallableStatement
                    ? CallableStatement.class
                    : result instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
        }
        return result instanceof DatabaseMetaData ? DatabaseMetaData.class : null;
    }

    /** Tells the branch if the first argument is SQL that might end its transaction, or change what its session has set. */
    static void lookAt(Object @Nullable [] arguments, BranchTransaction transaction) {
        if (arguments == null || !(arguments[0] instanceof String sql)) {
            return;
        }
        if (SqlWords.mightEndTransaction(sql)) {
            transaction.rememberStart();
        }
        if (SqlWords.mightChangeSettings(sql)) {
            transaction.mayChangeSettings();
        }
    }

    static @Nullable Object pass(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (part instanceof Statement statement) {
            return onStatement(statement, method, arguments);
        }
        return onAny(method, arguments);
    }

    private @Nullable Object onStatement(Statement statement, Method method, Object @Nullable [] arguments)
            throws Throwable {
        switch (method.getName()) {
            case "addBatch" -> {
                lookAt(arguments, transaction);
                return pass(statement, method, arguments);
            }
            case "execute", "executeUpdate", "executeLargeUpdate", "executeBatch", "executeLargeBatch" -> {
                lookAt(arguments, transaction);
                transaction.runs(statement);
                Object result = pass(statement, method, arguments);
                if (changedRows(statement, result)) {
                    transaction.wrote();
                }
                return result;
            }
            case "executeQuery" -> {
                lookAt(arguments, transaction);
                transaction.runs(statement);
                return around(pass(statement, method, arguments), handle, transaction);
            }
            default -> {
                return onAny(method, arguments);
            }
        }
    }

    private @Nullable Object onAny(Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "getConnection" -> handle;
            case "equals" -> arguments != null && part.equals(partOf(arguments[0]));
            case "hashCode" -> part.hashCode();
            case "unwrap" -> {
                transaction.rememberStart();
                yield pass(part, method, arguments);
            }
            default -> around(pass(part, method, arguments), handle, transaction);
        };
    }

    private static @Nullable Object partOf(@Nullable Object other) {
        boolean guarded = other != null
                && Proxy.isProxyClass(other.getClass())
                && Proxy.getInvocationHandler(other) instanceof GuardedPart;
        return guarded ? ((GuardedPart) Proxy.getInvocationHandler(other)).part : null;
    }

    /** Whether rows were changed for certain; what does not say so is looked for at the end of the work. */
    private static boolean changedRows(Statement statement, @Nullable Object result) throws SQLException {
        if (result instanceof Number count) {
            return count.longValue() > 0;
        }
        if (result instanceof int[] counts) {
            for (int count : counts) {
                if (count > 0) {
                    return true;
                }
            }
            return false;
        }
        return Boolean.FALSE.equals(result) && statement.getUpdateCount() > 0;
    }
}
