package io.assent.coordinator.adapter.postgres;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/** A {@code uuid[]} in PostgreSQL's binary format, which the driver does not know for it. */
final class UuidArray extends PGobject implements PGBinaryObject {

    /** Of the array's type. */
    static final String OID = "2951";

    private static final long serialVersionUID = 1L;
    private static final int ELEMENT_OID = 2950;
    private static final int HEAD_BYTES = 20;
    private static final int UUID_BYTES = 16;

    private final transient List<UUID> elements;

    UuidArray(List<UUID> elements) {
        this.elements = elements;
        setType("_uuid");
    }

    @Override
    public void setByteValue(byte[] bytes, int offset) {
        throw new UnsupportedOperationException("is only written");
    }

    @Override
    public int lengthInBytes() {
        return HEAD_BYTES + elements.size() * (Integer.BYTES + UUID_BYTES);
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
        ByteBuffer to = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
        to.putInt(1).putInt(0).putInt(ELEMENT_OID).putInt(elements.size()).putInt(1);
        for (UUID element : elements) {
            to.putInt(UUID_BYTES).putLong(element.getMostSignificantBits()).putLong(element.getLeastSignificantBits());
        }
    }
}
