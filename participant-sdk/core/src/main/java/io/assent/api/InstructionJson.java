package io.assent.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The JSON bodies between coordinator and participant: a batch of instructions, and one result for each. */
public final class InstructionJson {

    /** The most instructions in one request. */
    public static final int BATCH_MAX = 1000;

    private static final Set<String> INSTRUCTION_FIELDS = Set.of("action", "gtrid", "bqual", "evidence");

    private InstructionJson() {}

    public static byte[] writeInstructions(List<Instruction> instructions) {
        return JsonBody.object(json -> {
            json.writeArrayFieldStart("instructions");
            for (Instruction instruction : instructions) {
                json.writeStartObject();
                json.writeStringField("action", instruction.action().name());
                json.writeStringField("gtrid", instruction.gtrid().toString());
                json.writeStringField("bqual", instruction.bqual().value());
                JsonBody.optional(json, "evidence", instruction.evidence());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** @throws MalformedException naming the field that is not as documented */
    public static List<Instruction> readInstructions(byte[] body) {
        List<JsonObject> objects =
                JsonObject.parse(body).allowingOnly(Set.of("instructions")).objects("instructions");
        if (objects.size() > BATCH_MAX) {
            throw new MalformedException("instructions", objects.size() + " elements", "may have at most " + BATCH_MAX);
        }
        List<Instruction> instructions = new ArrayList<>(objects.size());
        for (JsonObject object : objects) {
            object.allowingOnly(INSTRUCTION_FIELDS);
            instructions.add(new Instruction(
                    object.constant("action", Instruction.Action.class),
                    Gtrid.parse(object.string("gtrid")),
                    new Bqual(object.string("bqual")),
                    object.optionalString("evidence").orElse("")));
        }
        return instructions;
    }

    public static byte[] writeResults(List<InstructionResult> results) {
        return JsonBody.object(json -> {
            json.writeArrayFieldStart("results");
            for (InstructionResult result : results) {
                json.writeStartObject();
                json.writeStringField("gtrid", result.gtrid().toString());
                json.writeStringField("bqual", result.bqual().value());
                json.writeStringField("result", result.result().name());
                JsonBody.optional(json, "evidence", result.evidence());
                JsonBody.optional(json, "reason", result.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Reads a participant's reply; fields it does not know are passed over.
     * @throws MalformedException if the reply is not as documented */
    public static List<InstructionResult> readResults(byte[] body) {
        List<InstructionResult> results = new ArrayList<>();
        for (JsonObject object : JsonObject.parse(body).objects("results")) {
            results.add(new InstructionResult(
                    Gtrid.parse(object.string("gtrid")),
                    new Bqual(object.string("bqual")),
                    object.constant("result", InstructionResult.Result.class),
                    object.optionalString("evidence").orElse(""),
                    object.optionalString("reason").orElse("")));
        }
        return results;
    }
}
