/**
 * The initiator's side of Assent: begin a transaction, call services in it, commit.
 *
 * <pre>{@code
 * try (Assent assent = Assent.connect("http://localhost:8080", "http://localhost:8081")) {
 *     HttpRequest debit = HttpRequest.newBuilder(URI.create("http://north:8082/debit?cents=500"))
 *             .POST(BodyPublishers.noBody())
 *             .build();
 *     HttpRequest credit = HttpRequest.newBuilder(URI.create("http://south:8083/credit?cents=500"))
 *             .POST(BodyPublishers.noBody())
 *             .build();
 *     String receipt = assent.inTransaction(transaction -> {
 *         transaction.send(debit, BodyHandlers.discarding());
 *         return transaction.send(credit, BodyHandlers.ofString()).body();
 *     });
 *     System.out.println(receipt);
 * } catch (TransactionAbortedException e) {
 *     System.err.println("nothing was moved: " + e.getMessage());
 * }
 * }</pre>
 *
 * <p>Beginning and calling cost no round trip to the coordinator. When the work returns, the whole list of branches goes
 * to it with one commit request; when the work throws, the branches are rolled back and the exception comes out as it
 * was. A service's reply of status 400 or higher is no exception: look at it, and throw if the transaction shall abort.
 *
 * <p>Must not enter: participants' resources, SQL, a framework.
 */
@NullMarked
package io.assent;

import org.jspecify.annotations.NullMarked;
