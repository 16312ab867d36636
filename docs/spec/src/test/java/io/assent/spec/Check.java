package io.assent.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of the model checker.
 *
 * @param subject what it looks at: a rule's flag, an environment, a state to be reached
 * @param specification the formula of the module that says how it moves
 * @param invariants what must hold in every state
 * @param properties what must happen in the end; excludes symmetry, with which the checker may miss a loop
 * @param constants those that differ from {@link Model#constants}; flags are TRUE unless they stand here
 */
record Check(
        Model model,
        String subject,
        String specification,
        List<String> invariants,
        List<String> properties,
        Map<String, String> constants) {

    Check {
        invariants = List.copyOf(invariants);
        properties = List.copyOf(properties);
        constants = Map.copyOf(constants);
    }

    static Check ofInvariants(Model model, String subject, String... invariants) {
        return new Check(model, subject, "Spec", List.of(invariants), List.of(), Map.of());
    }

    static Check ofProperty(Model model, String subject, String specification, String property) {
        return new Check(model, subject, specification, List.of(), List.of(property), Map.of());
    }

    Check with(String constant, String value) {
        return withAll(Map.of(constant, value));
    }

    Check withAll(Map<String, String> values) {
        Map<String, String> changed = new LinkedHashMap<>(constants);
        changed.putAll(values);
        return new Check(model, subject, specification, invariants, properties, changed);
    }

    String name() {
        return model.module + "." + subject;
    }

    /** The rule that is switched off; empty if none is. */
    String rule() {
        return model.flags().getOrDefault(subject, "");
    }

    /** The checker's configuration file. */
    String configuration(Size size) {
        Map<String, String> all = new TreeMap<>(model.constants(size));
        model.flags().keySet().forEach(flag -> all.put(flag, "TRUE"));
        all.putAll(constants);
        StringBuilder text =
                new StringBuilder("SPECIFICATION ").append(specification).append('\n');
        if (properties.isEmpty()) {
            text.append("SYMMETRY Symmetry\n");
        }
        invariants.forEach(name -> text.append("INVARIANT ").append(name).append('\n'));
        properties.forEach(name -> text.append("PROPERTY ").append(name).append('\n'));
        all.forEach((name, value) -> text.append("CONSTANT ")
                .append(name)
                .append(" = ")
                .append(value)
                .append('\n'));
        return text.toString();
    }
}
