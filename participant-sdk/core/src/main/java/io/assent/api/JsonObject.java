package io.assent.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object that came from outside, read into memory, with accessors that name the offending field by its path.
 * Nesting, text length and document length are bounded. Not for documents larger than {@link #DOCUMENT_BYTES_MAX}.
 */
public final class JsonObject {

    static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024;
    private static final int NESTING_MAX = 8;
    private static final int STRING_LENGTH_MAX = 16 * 1024;

    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxStringLength(STRING_LENGTH_MAX)
                    .maxNameLength(STRING_LENGTH_MAX)
                    .maxNumberLength(30)
                    .maxDocumentLength(DOCUMENT_BYTES_MAX)
                    .build())
            .build();

    private final String path;
    private final Map<String, @Nullable Object> fields;

    private JsonObject(String path, Map<String, @Nullable Object> fields) {
        this.path = path;
        this.fields = fields;
    }

    /** @throws MalformedException if the bytes are not exactly one JSON object within the limits */
    public static JsonObject parse(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedException("body", "", "must be a JSON object");
            }
            JsonObject object = new JsonObject("", readObject(parser));
            if (parser.nextToken() != null) {
                throw new MalformedException("body", "", "must be one JSON object and nothing after it");
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new MalformedException("body", "", "is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            // Nothing is read but memory: these are bytes that are no text, such as half a UTF-32 character.
            throw new MalformedException("body", "", "is not valid JSON: " + e.getMessage());
        }
    }

    /** @throws MalformedException naming the first field that is not one of these */
    public JsonObject allowingOnly(Set<String> known) {
        for (String field : fields.keySet()) {
            if (!known.contains(field)) {
                throw new MalformedException(path + field, field, "is not a known field; known are " + sorted(known));
            }
        }
        return this;
    }

    /** The same about a value of this object, with the path to it; what has that already is returned as it is. */
    MalformedException located(MalformedException e) {
        return e.field().startsWith(path) ? e : new MalformedException(path + e.field(), e.value(), e.remedy());
    }

    public boolean has(String field) {
        return fields.get(field) != null;
    }

    public String string(String field) {
        return optionalString(field).orElseThrow(() -> new MalformedException(path + field, "", "is required"));
    }

    public Optional<String> optionalString(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw wrong(field, value, "must be a string");
    }

    public long number(String field, long absent) {
        Object value = fields.get(field);
        if (value == null) {
            return absent;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw wrong(field, value, "must be a whole number");
    }

    public boolean flag(String field, boolean absent) {
        Object value = fields.get(field);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(field, value, "must be true or false");
    }

    /** A required object. */
    public JsonObject object(String field) {
        if (!has(field)) {
            throw new MalformedException(path + field, "", "is required");
        }
        return asObject(path + field, fields.get(field));
    }

    /** A required list of objects. */
    public List<JsonObject> objects(String field) {
        if (!has(field)) {
            throw new MalformedException(path + field, "", "is required");
        }
        Object value = fields.get(field);
        if (!(value instanceof List<?> list)) {
            throw wrong(field, value, "must be a list");
        }
        List<JsonObject> objects = new ArrayList<>(list.size());
        for (Object element : list) {
            String elementPath = path + field + "[" + objects.size() + "]";
            objects.add(asObject(elementPath, element));
        }
        return objects;
    }

    /** An object whose values are all strings; empty if absent. */
    public Map<String, String> strings(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return Map.of();
        }
        JsonObject object = asObject(path + field, value);
        Map<String, String> strings = new LinkedHashMap<>();
        for (String key : object.fields.keySet()) {
            strings.put(key, object.string(key));
        }
        return strings;
    }

    public <E extends Enum<E>> E constant(String field, Class<E> type, E absent) {
        return has(field) ? constant(field, type) : absent;
    }

    public <E extends Enum<E>> E constant(String field, Class<E> type) {
        String text = string(field);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new MalformedException(path + field, text, "must be one of " + List.of(type.getEnumConstants()));
    }

    @SuppressWarnings("unchecked") // every map in here has been made by readObject
    private static JsonObject asObject(String path, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(path + ".", (Map<String, @Nullable Object>) map);
        }
        throw new MalformedException(path, String.valueOf(value), "must be an object");
    }

    private MalformedException wrong(String field, @Nullable Object value, String remedy) {
        return new MalformedException(path + field, String.valueOf(value), remedy);
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, readValue(parser));
        }
        return fields;
    }

    private static @Nullable Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readList(parser);
            case VALUE_NUMBER_INT -> longOf(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private static List<@Nullable Object> readList(JsonParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(readValue(parser));
        }
        return list;
    }

    private static Object longOf(JsonParser parser) throws IOException {
        JsonParser.NumberType type = parser.getNumberType();
        return type == JsonParser.NumberType.BIG_INTEGER ? parser.getBigIntegerValue() : (Object) parser.getLongValue();
    }
}
