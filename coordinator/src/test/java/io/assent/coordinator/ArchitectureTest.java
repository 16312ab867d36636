package io.assent.coordinator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the table of packages in docs/ARCHITECTURE.md. What a package may use includes what that may use in turn: who
 * may use the ports sees the protocol's values too. Packages that do not exist yet pass.
 */
class ArchitectureTest {

    private static final String ROOT = "io.assent.coordinator";
    private static final String API = "io.assent.api";
    private static final String PROTOCOL = ROOT + ".protocol..";
    private static final String RING = ROOT + ".ring..";
    private static final String PORT = ROOT + ".engine.port..";
    private static final String ENGINE = ROOT + ".engine..";
    private static final String RECOVERY = ROOT + ".recovery..";
    private static final String ADAPTERS = ROOT + ".adapter..";
    private static final String ADAPTER_HTTP = ROOT + ".adapter.http..";
    private static final String ADAPTER_PARTICIPANT = ROOT + ".adapter.participant..";
    private static final String ADAPTER_POSTGRES = ROOT + ".adapter.postgres..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** Reading a clock, drawing a random number, or sleeping. */
    private static final Set<String> CLOCKS_AND_DICE = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.Thread.sleep",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            "io.assent.api.Gtrid.mint",
            "io.assent.api.Bqual.mint");

    private static final Set<String> CLOCK_AND_DICE_OWNERS = Set.of(
            "java.time.Clock",
            "java.util.Random",
            "java.security.SecureRandom",
            "java.util.SplittableRandom",
            "java.util.random.RandomGenerator",
            "java.util.concurrent.ThreadLocalRandom");

    @Test
    void theProtocolUsesOnlyTheJdkAndTheWords() {
        check(onlyUses(PROTOCOL, PROTOCOL, API));
    }

    @Test
    void theRingUsesOnlyTheJdk() {
        check(onlyUses(RING, RING));
    }

    @Test
    void thePortsUseOnlyProtocolAndRing() {
        check(onlyUses(PORT, PORT, PROTOCOL, RING, API));
    }

    @Test
    void theEngineUsesOnlyPortsProtocolAndRing() {
        check(onlyUses(ENGINE, ENGINE, PROTOCOL, RING, API));
    }

    @Test
    void recoveryUsesOnlyTheEngineAndWhatIsBelow() {
        check(onlyUses(RECOVERY, RECOVERY, ENGINE, PROTOCOL, RING, API));
    }

    @Test
    void adaptersDoNotUseEachOtherNorTheRoot() {
        for (String adapter : Set.of(ADAPTER_HTTP, ADAPTER_PARTICIPANT, ADAPTER_POSTGRES)) {
            check(noClasses()
                    .that()
                    .resideInAPackage(adapter)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(ADAPTERS, ROOT).and(resideOutsideOfPackages(adapter))));
        }
    }

    @Test
    void outboundAdaptersUseOnlyThePorts() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ADAPTER_PARTICIPANT, ADAPTER_POSTGRES)
                .should()
                .dependOnClassesThat(resideInAnyPackage(ENGINE, RECOVERY).and(resideOutsideOfPackages(PORT))));
    }

    @Test
    void onlyTheRootUsesTheRoot() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT));
    }

    @Test
    void theSdkIsUsedForItsWordsOnly() {
        check(noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.assent..").and(resideOutsideOfPackages(API, ROOT + ".."))));
    }

    @Test
    void sqlStaysInTheDecisionLog() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ADAPTER_POSTGRES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.postgresql.."));
    }

    @Test
    void theFrameworkStaysOutOfTheCore() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, RING, ENGINE, RECOVERY)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micronaut..", "jakarta.."));
    }

    @Test
    void connectionsStayInTheAdaptersThatHaveThem() {
        check(noClasses()
                .that(resideOutsideOfPackages(ROOT, ADAPTER_PARTICIPANT, ADAPTER_HTTP))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.."));
    }

    @Test
    void clocksDiceAndSleepStayInTheRootAndTheAdapters() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, RING, ENGINE, RECOVERY)
                .should()
                .callCodeUnitWhere(readsClockOrRollsDice()));
    }

    @Test
    void crashPointsDoNotReachTheCore() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, RING)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.assent.api.CrashPoints"));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
        check(slices().matching(ROOT + ".adapter.(*)..").should().beFreeOfCycles());
    }

    @Test
    void portsDoNotKnowTheEngine() {
        check(noClasses()
                .that()
                .resideInAPackage(PORT)
                .should()
                .dependOnClassesThat(resideInAnyPackage(ENGINE).and(resideOutsideOfPackages(PORT))));
    }

    @Test
    void controllersArePackagePrivate() {
        check(classes()
                .that()
                .areAnnotatedWith("io.micronaut.http.annotation.Controller")
                .should()
                .bePackagePrivate());
    }

    /** The rules see something: an importer that finds no class would pass them all. */
    @Test
    void rulesSeeTheClasses() {
        org.assertj.core.api.Assertions.assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .contains(ROOT + ".protocol", ROOT + ".engine.port", ROOT + ".adapter.participant");
    }

    @Test
    void theCoreHasNeitherIoNorThreadsNorALog() {
        check(noClasses()
                .that()
                .resideInAnyPackage(PROTOCOL, RING)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "org.slf4j.."));
    }

    private static ArchRule onlyUses(String subject, String... packages) {
        String[] allowed = Stream.concat(Stream.of("java..", "org.jspecify..", "org.slf4j.."), Stream.of(packages))
                .toArray(String[]::new);
        return classes().that().resideInAPackage(subject).should().onlyDependOnClassesThat(resideInAnyPackage(allowed));
    }

    private static DescribedPredicate<JavaCall<?>> readsClockOrRollsDice() {
        return DescribedPredicate.describe("reads a clock, draws a random number or sleeps", call -> {
            String owner = call.getTargetOwner().getName();
            boolean now = owner.startsWith("java.time.") && call.getName().equals("now");
            return now
                    || CLOCK_AND_DICE_OWNERS.contains(owner)
                    || (CLOCKS_AND_DICE.contains(owner + "." + call.getName())
                            && call.getTarget().getRawParameterTypes().size() != 3);
        });
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
