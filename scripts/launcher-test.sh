#!/bin/sh
# Tests of assent, mvnw and .mvn/find-jdk.sh: on copies in a temporary folder (with a space in its name), with stand-ins for
# JDKs, Maven and the network. Needs nothing but a shell and a JDK 25. Every test is a function in a subshell; a check that
# fails ends it.
# shellcheck disable=SC2013,SC2016,SC2030,SC2031,SC2123
set -u

here=$(cd "$(dirname "$0")/.." && pwd)
top=$(mktemp -d "${TMPDIR:-/tmp}/assent launcher.XXXXXX") || exit 1
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0

# --- how a test is written --------------------------------------------------------------------------------------------

# Runs the function $1 in a folder of its own, with none of the machine's settings, JDKs or Maven.
try() {
    # Not "if ( … )": there the shell would ignore set -e.
    (
        set -e
        dir="$top/$1"
        mkdir -p "$dir/home" "$dir/jdks"
        cd "$dir"
        HOME=$dir/home ASSENT_JDK_DIRS=$dir/jdks PATH=$top/tools
        export HOME ASSENT_JDK_DIRS PATH
        "$1"
    ) >"$top/$1.log" 2>&1
    # shellcheck disable=SC2181
    if [ $? -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$1"
        sed 's/^/    /' "$top/$1.log"
    fi
}

# run COMMAND…: keeps its output in $output and its exit status in $status.
run() {
    status=0
    output=$("$@" 2>&1) || status=$?
    printf '$ %s\n%s\n(exit status %s)\n' "$*" "$output" "$status"
}

expect_status() { [ "$status" -eq "$1" ] || complain "the exit status should be $1"; }
expect() { case $output in *"$1"*) ;; *) complain "the output should contain: $1" ;; esac }
expect_not() { case $output in *"$1"*) complain "the output should not contain: $1" ;; *) ;; esac }
expect_lines() { [ "$(printf '%s\n' "$output" | wc -l)" -eq "$1" ] || complain "the output should have $1 lines"; }
expect_one_line() { [ "$(printf '%s\n' "$output" | wc -l)" -eq 1 ] || complain "the output should be one line"; }
expect_builds() { [ "$(cat clone*/builds 2>/dev/null | wc -l)" -eq "$1" ] || complain "there should have been $1 builds"; }

complain() {
    printf 'but %s\n' "$1"
    exit 1
}

# jdk NAME VERSION: something that looks like a JDK and says how its java was called.
jdk() {
    mkdir -p "jdks/$1/bin"
    printf 'IMPLEMENTOR="Somebody"\nJAVA_VERSION="%s"\nMODULES="java.base java.sql"\n' "$2" >"jdks/$1/release"
    printf '#!/bin/sh\nprintf "ran %%s" "%s"\nprintf " <%%s>" "$@"\necho\nenv | grep ^ASSENT_ | sort\n' "$1" >"jdks/$1/bin/java"
    printf '#!/bin/sh\n' >"jdks/$1/bin/javac"
    chmod +x "jdks/$1/bin/java" "jdks/$1/bin/javac"
}

# clone: the launcher in a project whose Maven only counts its runs and makes the jars.
clone() {
    clone="$PWD/clone of assent"
    mkdir -p "$clone/.mvn" "$clone/scripts"
    cp "$here/assent" "$clone/"
    cp "$here/.mvn/find-jdk.sh" "$clone/.mvn/"
    printf '<project>\n  <version>1.2.3</version>\n  <x><version>9</version></x>\n</project>\n' >"$clone/pom.xml"
    for module in coordinator samples/bank samples/transfer samples/demo samples/torture samples/crash samples/bench/load samples/bench/jta samples/bench/pieces samples/bench/run; do
        mkdir -p "$clone/$module/src/main/java/target" "$clone/$module/src/test"
        printf '<project/>\n' >"$clone/$module/pom.xml"
        printf 'class A {}\n' >"$clone/$module/src/main/java/target/A.java"
    done
    cat >"$clone/mvnw" <<'MVNW'
#!/bin/sh
echo "$@" >>builds
echo "the build speaks, with JAVA_HOME=$JAVA_HOME"
[ ! -e broken ] || { echo "[ERROR] A.java:[1,1] no such thing"; exit 1; }
for module in coordinator samples/bank samples/transfer samples/demo samples/torture samples/crash samples/bench/load samples/bench/jta samples/bench/pieces samples/bench/run; do
    mkdir -p $module/target/lib
    : >$module/target/some-1.2.3.jar
    : >$module/target/lib/other.jar
done
case "$*" in
    *-Dmdep.outputFile=target/simulation.classpath*)
        mkdir -p coordinator/target/test-classes
        echo some.jar:other.jar >coordinator/target/simulation.classpath ;;
esac
MVNW
    printf 'echo "3 passed, 0 failed"\n' >"$clone/scripts/launcher-test.sh"
    chmod +x "$clone/mvnw" "$clone/assent"
}

# An edit that no clock is too coarse to see.
edit() { touch -t 203801010000 "$1"; }

# The tools that launcher and tests use, and nothing else: no java, no mvn, no curl.
mkdir "$top/tools"
for tool in sh awk cat chmod cp cut date dirname env find grep gzip head kill ln ls mkdir mktemp mv printf readlink rm sed sha512sum sleep sort \
    tail tar touch tr uname wc; do
    found=$(command -v "$tool") || continue
    case $found in /*) ln -s "$found" "$top/tools/$tool" ;; esac
done

# --- finding a JDK ----------------------------------------------------------------------------------------------------

find_it() {
    run sh -c '. "$1"; if find_jdk; then echo "found $jdk_home."; else echo "$jdk_missing"; fi' sh "$here/.mvn/find-jdk.sh"
}

takes_java_home_before_all_others() {
    jdk a 25.0.1 && jdk b 26
    export JAVA_HOME="$PWD/jdks/b"
    find_it
    expect "found $PWD/jdks/b."
}

passes_over_a_java_home_that_is_too_old() {
    jdk a 17.0.15 && jdk b 25
    export JAVA_HOME="$PWD/jdks/a"
    find_it
    expect "found $PWD/jdks/b."
}

passes_over_a_java_home_that_is_nonsense() {
    jdk b 25
    export JAVA_HOME=/nowhere/at/all
    find_it
    expect "found $PWD/jdks/b."
}

follows_the_links_of_the_java_in_path() {
    jdk a 25 && mkdir elsewhere links && mv jdks/a elsewhere/a && jdk b 25
    ln -s ../elsewhere/a/bin/java links/alternative && ln -s alternative links/java
    PATH=$PWD/links:$PATH
    find_it
    expect "found $PWD/elsewhere/a."
}

asks_a_shim_where_its_jdk_is() {
    jdk a 27 && mkdir elsewhere shims && mv jdks/a elsewhere/a && jdk b 25
    printf '#!/bin/sh\necho "    java.home = %s/elsewhere/a" >&2\n' "$PWD" >shims/java && chmod +x shims/java
    PATH=$PWD/shims:$PATH
    find_it
    expect "found $PWD/elsewhere/a."
}

takes_the_lowest_version_and_its_newest_update_from_folders() {
    jdk a 26.0.1 && jdk b 25.0.9 && jdk c 25.0.10 && jdk d 25.0.2 && jdk e 21.0.11
    find_it
    expect "found $PWD/jdks/c."
}

passes_over_a_runtime_without_compiler() {
    jdk a 25.0.3 && rm jdks/a/bin/javac && jdk b 25.0.1
    find_it
    expect "found $PWD/jdks/b."
}

asks_a_jdk_without_release_file_for_its_version() {
    jdk a 25 && rm jdks/a/release
    printf '#!/bin/sh\necho "    java.version = 25-ea" >&2\n' >jdks/a/bin/java
    find_it
    expect "found $PWD/jdks/a."
}

does_not_take_version_8_for_a_great_number() {
    jdk a 1.8.0_442
    find_it
    expect "found only version 1 ($PWD/jdks/a)"
}

says_in_one_sentence_what_to_do_without_a_jdk() {
    find_it
    expect "Assent needs a JDK of version 25 or newer and found none: install one (for example Eclipse Temurin 25) or set JAVA_HOME to it."
    expect_one_line
}

names_the_jdk_that_is_too_old() {
    jdk a 17.0.15
    find_it
    expect "found only version 17 ($PWD/jdks/a)"
}

# --- assent -----------------------------------------------------------------------------------------------------------

prints_the_version_of_the_pom() {
    clone
    run "$clone/assent" --version
    expect_status 0
    [ "$output" = "assent 1.2.3" ] || complain "it should be exactly: assent 1.2.3"
}

prints_help_without_a_jdk() {
    clone
    run "$clone/assent" --help
    expect_status 0
    expect "./assent demo"
    expect "--database-url URL"
}

crash_matrix_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" crash-matrix --only die/coordinator --quick --seed=7
    expect "<io.assent.samples.crash.CrashMatrix> <--only=die/coordinator> <--quick> <--seed=7>"
}

shows_help_and_fails_without_a_command() {
    clone
    run "$clone/assent"
    expect_status 2
    expect "./assent demo"
}

refuses_what_it_does_not_know_in_one_line() {
    clone
    for words in "dmeo" "--verbose" "demo --fast" "demo --transfers" "demo --replicas" "takeover --fast" "takeover --kills" "simulate --fast" "simulate stray" "simulate --seeds" "simulate --seed --from" "demo --keep stray" "bench stray" "bench -x" "dev --fast 3" "dev stray" "server --fast" "test --fast" "model --fast" "torture --fast" "torture --minutes" "crash-matrix --fast" "crash-matrix --only" "server --port" \
        "server --port --url" "server --url=" "dev --port 0" "dev --port=70000" "dev --port 99999999999999999999" "dev --port x"; do
        # shellcheck disable=SC2086
        run "$clone/assent" $words
        expect_status 2
        expect_one_line
    done
    expect_builds 0
}

server_needs_a_database_url_before_anything_is_built() {
    clone && jdk a 25
    run "$clone/assent" server --port 8081
    expect_status 2
    expect "give --database-url jdbc:postgresql://HOST:PORT/NAME or set ASSENT_DATABASE_URL"
    expect_builds 0
}

server_tells_all_that_is_missing_or_wrong_at_once() {
    clone && jdk a 25
    run "$clone/assent" server
    expect_status 2
    expect_lines 4
    expect "ASSENT_DATABASE_URL"
    expect "ASSENT_DATABASE_USER"
    expect "ASSENT_DATABASE_PASSWORD"
    expect "ASSENT_ALLOWED_ORIGINS"
    run "$clone/assent" server --log-url mysql://db/a --port x --database-user me --database-password-file nowhere \
        --database-password-file nor-there --allowed-origins loopback
    expect_status 2
    expect_lines 4
    expect "--log-url must look like"
    expect "'nowhere'"
    expect "'nor-there'"
    expect "the port must be"
    export ASSENT_DATABASE_PASSWORD='' ASSENT_ALLOWED_ORIGINS=''
    run "$clone/assent" server --database-user me
    expect_lines 1
    # What a file may have given is not called missing.
    unset ASSENT_DATABASE_PASSWORD ASSENT_ALLOWED_ORIGINS
    export MICRONAUT_CONFIG_FILES=some.yml
    run "$clone/assent" server --port x
    expect_lines 2
    expect_builds 0
}

server_refuses_an_url_of_something_else() {
    clone && jdk a 25
    run "$clone/assent" server --database-url mysql://db/assent
    expect_status 2
    expect "must look like jdbc:postgresql://HOST:PORT/NAME"
}

server_takes_no_password_from_the_command_line() {
    clone && jdk a 25
    for option in "--database-password secret" "--database-password=secret" \
        "--database-url jdbc:postgresql://db/a?user=u&password=secret" "--database-url=jdbc:postgresql://u:secret@db/a"; do
        # shellcheck disable=SC2086
        run "$clone/assent" server $option
        expect_status 2
        expect_one_line
        expect "use ASSENT_DATABASE_PASSWORD or --database-password-file"
        expect_not "ran a"
        expect_not "is not Maven"
        case ${output#*assent:} in *secret*) complain "the password should not be repeated" ;; esac
    done
}

server_refuses_a_password_file_that_it_cannot_read() {
    clone && jdk a 25
    run "$clone/assent" server --database-url jdbc:postgresql://db/a --database-password-file nowhere
    expect_status 2
    expect "cannot read the password file 'nowhere'"
}

server_hands_its_options_to_java_as_environment() {
    clone && jdk a 25 && : >secret
    run "$clone/assent" server --database-url=jdbc:postgresql://db/a --database-user me --database-password-file secret \
        --url http://me:1 --allowed-origins "http://a:1,http://b:2" --port 8081
    expect_status 0
    expect "<io.assent.coordinator.Application>"
    expect "ASSENT_DATABASE_URL=jdbc:postgresql://db/a"
    expect "ASSENT_DATABASE_USER=me"
    expect "ASSENT_DATABASE_PASSWORD_FILE=secret"
    expect "ASSENT_URL=http://me:1"
    expect "ASSENT_ALLOWED_ORIGINS=http://a:1,http://b:2"
    expect "ASSENT_PORT=8081"
}

server_makes_its_start_cache_once_and_again_after_a_build() {
    clone && jdk a 25
    # shellcheck disable=SC2016
    printf '%s\n' 'for word; do last=$word; done' 'case "$*" in *MakeStartCache*) echo made >>made; : >"$last" ;; esac' >>jdks/a/bin/java
    export ASSENT_DATABASE_URL=jdbc:postgresql://db/a
    run "$clone/assent" server
    expect_status 0
    expect "Making the start of the coordinator faster, once"
    expect "<-XX:AOTCache=$clone/coordinator/target/coordinator.aot>"
    run "$clone/assent" server
    expect_not "faster, once"
    edit "$clone/coordinator/target/some-1.2.3.jar"
    run "$clone/assent" server
    expect "faster, once"
    [ "$(wc -l <made)" -eq 2 ] || complain "the cache should have been made twice"
}

server_starts_without_the_start_cache_where_it_cannot_be_made() {
    clone && jdk a 25
    # shellcheck disable=SC2016
    printf '%s\n' 'case "$*" in *MakeStartCache*) exit 1 ;; esac' >>jdks/a/bin/java
    export ASSENT_DATABASE_URL=jdbc:postgresql://db/a
    run "$clone/assent" server
    expect_status 0
    expect "not possible here ($clone/.assent-build/start-cache.log), so it starts slower"
    expect "<io.assent.coordinator.Application>"
    expect_not "AOTCache"
}

server_splits_the_log_over_all_urls_in_their_order() {
    clone && jdk a 25 && : >secret-a && : >secret-b
    export ASSENT_DATABASE_URL=jdbc:postgresql://elsewhere/a
    run "$clone/assent" server --log-url jdbc:postgresql://db1,db2/a --log-url=jdbc:postgresql://db3/b --database-user me \
        --database-password-file secret-a --database-password-file secret-b
    expect_status 0
    expect "ASSENT_DATABASE_URL=jdbc:postgresql://db1,db2/a,jdbc:postgresql://db3/b"
    expect "ASSENT_DATABASE_USER=me"
    expect "ASSENT_DATABASE_PASSWORD_FILE=secret-a,secret-b"
}

server_looks_at_every_log_url_and_password_file() {
    clone && jdk a 25 && : >secret-a
    run "$clone/assent" server --log-url jdbc:postgresql://db/a --log-url mysql://db/b
    expect_status 2
    expect "--log-url must look like jdbc:postgresql://HOST:PORT/NAME"
    run "$clone/assent" server --log-url jdbc:postgresql://db/a --log-url "jdbc:postgresql://db/b?password=secret"
    expect_status 2
    expect "--log-url shows the password"
    run "$clone/assent" server --log-url jdbc:postgresql://db/a --database-password-file secret-a --database-password-file nowhere
    expect_status 2
    expect "cannot read the password file 'nowhere'"
}

server_takes_settings_from_the_environment_and_adds_none() {
    clone && jdk a 25
    export ASSENT_DATABASE_URL=jdbc:postgresql://db/a
    run "$clone/assent" server
    expect_status 0
    expect "ASSENT_DATABASE_URL=jdbc:postgresql://db/a"
    expect "ASSENT_PORT=8080"
    expect_not "ASSENT_DATABASE_USER"
    expect_not "ASSENT_ALLOWED_ORIGINS"
}

an_option_wins_over_the_environment() {
    clone && jdk a 25
    export ASSENT_DATABASE_URL=jdbc:postgresql://db/a ASSENT_PORT=1
    run "$clone/assent" server --port 2
    expect "ASSENT_PORT=2"
}

dev_keeps_its_data_in_the_clone_or_where_it_is_told() {
    clone && jdk a 25
    run "$clone/assent" dev
    expect "<io.assent.samples.demo.Dev>"
    expect "ASSENT_DATA=$clone/.assent"
    run "$clone/assent" dev --data "my data" --port 8099
    expect "ASSENT_DATA=$PWD/my data"
    expect "ASSENT_PORT=8099"
}

demo_runs_with_its_class_path_and_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" demo --dir "my data" --seed -3 --keep --transfers 200 --replicas 5
    expect "<io.assent.samples.demo.Demo> <--replicas=5> <--keep> <--transfers=200> <--seed=-3> <--dir=my data>"
    run "$clone/assent" demo --keep
    expect_status 0
    expect "ran a <-Dassent.home=$clone>"
    expect "<-cp> <$clone/samples/demo/target/some-1.2.3.jar:$clone/samples/demo/target/lib/*> <io.assent.samples.demo.Demo> <--keep>"
}

bench_runs_with_its_class_path_and_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" bench --workloads W2 --clients=1,8 --out "my results.jsonl"
    expect_status 0
    expect "<-cp> <$clone/samples/bench/run/target/some-1.2.3.jar:$clone/samples/bench/run/target/lib/*> <io.assent.samples.bench.run.Bench>"
    expect "<io.assent.samples.bench.run.Bench> <--workloads> <W2> <--clients=1,8> <--out> <my results.jsonl>"
}

the_demo_waits_for_nothing_that_only_measures_or_tests() {
    clone && jdk a 25
    run "$clone/assent" demo
    expect_status 0
    case $(cat "$clone/builds") in
        *"-pl coordinator,samples/bank,samples/transfer,samples/demo -am"*) ;;
        *) complain "the build should be of the demo alone" ;;
    esac
    run "$clone/assent" bench
    expect_builds 2
    run "$clone/assent" torture
    run "$clone/assent" demo
    expect_builds 2
}

bench_of_the_pieces_is_handed_to_jmh() {
    clone && jdk a 25
    run "$clone/assent" bench --pieces -f 1 mint
    expect_status 0
    expect "<$clone/samples/bench/pieces/target/some-1.2.3.jar:$clone/samples/bench/pieces/target/lib/*> <org.openjdk.jmh.Main> <-f> <1> <mint>"
    expect_not "bench.run.Bench"
}

takeover_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" takeover --kills 3 --in-flight=50 --rolling --seed 7
    expect "<io.assent.samples.demo.MeasureTakeover> <--kills=3> <--in-flight=50> <--rolling> <--seed=7>"
}

simulate_runs_with_the_classes_of_the_tests_and_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" simulate --seeds 7 --from=3 --mutate NO_INFER
    expect_status 0
    expect "<$clone/coordinator/target/test-classes:$clone/coordinator/target/classes:some.jar:other.jar>"
    expect "<io.assent.coordinator.simulation.Simulate> <--seeds=7> <--from=3> <--mutate=NO_INFER>"
}

simulate_builds_the_tests_once_and_again_after_a_change_of_one() {
    clone && jdk a 25
    run "$clone/assent" demo
    run "$clone/assent" simulate --seed 7
    run "$clone/assent" simulate --minutes 1
    expect_not "Building"
    expect_builds 2
    : >"$clone/coordinator/src/test/B.java" && edit "$clone/coordinator/src/test/B.java"
    run "$clone/assent" simulate
    expect_builds 3
    touch "$clone/coordinator/src/test/B.java"
    run "$clone/assent" demo
    expect_builds 3
}

torture_passes_its_options_on() {
    clone && jdk a 25
    run "$clone/assent" torture --minutes 10 --seed=-4 --dir "my data"
    expect "<io.assent.samples.torture.Torture> <--minutes=10> <--seed=-4> <--dir=my data>"
    run "$clone/assent" torture --seconds=40
    expect "<io.assent.samples.torture.Torture> <--seconds=40>"
}

builds_once_with_one_line_and_then_no_more() {
    clone && jdk a 25
    run "$clone/assent" demo
    expect "Building Assent (first time: Maven downloads, a few minutes) … done in "
    expect_not "the build speaks"
    run "$clone/assent" demo
    expect_not "Building"
    run "$clone/assent" dev
    expect_builds 1
}

builds_with_the_jdk_that_it_found() {
    clone && jdk a 17 && jdk b 25
    export JAVA_HOME="$PWD/jdks/a"
    run "$clone/assent" demo
    expect "ran b"
    grep -F "JAVA_HOME=$PWD/jdks/b" "$clone/.assent-build/build.log"
}

builds_again_after_a_change() {
    clone && jdk a 25
    run "$clone/assent" demo
    expect_builds 1
    for changed in samples/bank/pom.xml coordinator/src/main/java/target/A.java; do
        edit "$clone/$changed"
        run "$clone/assent" demo
        expect "Building Assent … done in "
        touch "$clone/$changed"
    done
    expect_builds 3
}

builds_again_after_a_file_was_deleted() {
    clone && jdk a 25
    run "$clone/assent" demo
    rm "$clone/samples/bank/src/main/java/target/A.java"
    edit "$clone/samples/bank/src/main/java/target"
    run "$clone/assent" demo
    expect_builds 2
}

builds_again_when_a_jar_or_its_libraries_are_gone() {
    clone && jdk a 25
    run "$clone/assent" demo
    rm "$clone/coordinator/target/some-1.2.3.jar"
    run "$clone/assent" demo
    rm "$clone/samples/bank/target/lib/other.jar"
    run "$clone/assent" demo
    expect_builds 3
}

does_not_build_for_tests_documents_or_outputs() {
    clone && jdk a 25
    run "$clone/assent" demo
    : >"$clone/coordinator/src/test/T.java" && : >"$clone/README.md" && : >"$clone/coordinator/target/classes"
    edit "$clone/coordinator/src/test/T.java" && edit "$clone/README.md" && edit "$clone/coordinator/target/classes"
    run "$clone/assent" demo
    expect_builds 1
}

removes_libraries_of_an_earlier_build() {
    clone && jdk a 25
    run "$clone/assent" demo
    : >"$clone/coordinator/target/lib/old-0.9.jar"
    edit "$clone/pom.xml"
    run "$clone/assent" demo
    [ ! -e "$clone/coordinator/target/lib/old-0.9.jar" ] || complain "the old library should be gone"
}

a_failed_build_shows_its_log_and_is_tried_again() {
    clone && jdk a 25 && : >"$clone/broken"
    run "$clone/assent" demo
    expect_status 1
    expect "FAILED after"
    expect "[ERROR] A.java:[1,1] no such thing"
    expect "the whole log: $clone/.assent-build/build.log"
    expect_not "ran a"
    rm "$clone/broken"
    run "$clone/assent" demo
    expect_status 0
    expect "ran a"
    expect_builds 2
}

an_edit_during_the_build_is_built_the_next_time() {
    clone && jdk a 25
    printf 'sleep 1\ntouch pom.xml\n' >>"$clone/mvnw"
    run "$clone/assent" demo
    run "$clone/assent" demo
    expect_builds 2
}

two_at_once_build_once() {
    clone && jdk a 25
    printf 'sleep 1\n' >>"$clone/mvnw"
    "$clone/assent" demo >one.log 2>&1 &
    "$clone/assent" dev >two.log 2>&1
    wait
    cat one.log two.log
    expect_builds 1
    run cat one.log two.log
    expect "Waiting for another build"
    expect "demo.Demo>"
    expect "demo.Dev>"
}

a_lock_of_a_dead_process_is_taken_over() {
    clone && jdk a 25 && mkdir "$clone/.assent-build"
    sh -c 'echo $$' >dead
    ln -s "$(cat dead)" "$clone/.assent-build/lock"
    run "$clone/assent" demo
    expect_status 0
    [ ! -L "$clone/.assent-build/lock" ] || complain "the lock should be gone"
}

works_through_links_and_from_anywhere() {
    clone && jdk a 25 && mkdir bin far
    ln -s "../clone of assent/assent" bin/first && ln -s first bin/assent
    cd far
    run ../bin/assent demo
    expect_status 0
    expect "<-Dassent.home=$clone>"
    PATH=$dir/bin:$PATH
    run assent demo
    expect "ran a"
}

passes_the_exit_status_of_the_program_on() {
    clone && jdk a 25 && printf '#!/bin/sh\nexit 7\n' >jdks/a/bin/java
    run "$clone/assent" demo
    expect_status 7
}

says_what_is_missing_without_a_jdk() {
    clone
    run "$clone/assent" demo
    expect_status 1
    expect_one_line
    expect "Assent needs a JDK of version 25 or newer"
}

test_runs_both_suites_and_says_how_long_it_took() {
    clone && jdk a 25
    run "$clone/assent" test
    expect_status 0
    expect "3 passed, 0 failed"
    expect "the build speaks"
    expect "Everything passed in "
    run cat "$clone/builds"
    expect "verify"
    run "$clone/assent" demo
    expect_builds 1
}

test_fails_when_either_suite_fails() {
    clone && jdk a 25 && : >"$clone/broken"
    run "$clone/assent" test
    expect_status 1
    expect "FAILED after"
    rm "$clone/broken" && printf 'exit 1\n' >"$clone/scripts/launcher-test.sh"
    run "$clone/assent" test
    expect_status 1
    expect "the build speaks"
    expect "FAILED after"
}

what_failed_is_shown_again_at_the_end() {
    clone && jdk a 25 && : >"$clone/broken"
    reports=$clone/samples/demo/target/surefire-reports
    mkdir -p "$reports"
    {
        echo 'Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 3 s <<< FAILURE! -- in a.PoemTest'
        echo 'a.PoemTest.rhymes -- Time elapsed: 1.5 s <<< FAILURE!'
        echo 'java.lang.AssertionError: [line 1'
        for line in 2 3 4 5 6 7; do echo "line $line"; done
        echo 'line 8] expected: moon but was: sun'
        printf '\tat a.PoemTest.rhymes(PoemTest.java:7)\n'
        echo 'a.PoemTest.scans -- Time elapsed: 0.1 s <<< ERROR!'
        echo 'java.lang.IllegalStateException: no feet'
        printf '\tat a.PoemTest.scans(PoemTest.java:9)\n'
    } >"$reports/a.PoemTest.txt"
    echo 'a.OldTest.failedLastWeek -- Time elapsed: 1 s <<< FAILURE!' >"$reports/a.OldTest.txt"
    echo 'Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 3 s -- in a.FineTest' >"$reports/a.FineTest.txt"
    edit "$reports/a.PoemTest.txt" && edit "$reports/a.FineTest.txt" && touch -t 200001010000 "$reports/a.OldTest.txt"
    run "$clone/assent" test
    expect_status 1
    expect "a.PoemTest.rhymes -- Time elapsed: 1.5 s <<< FAILURE!
    line 3"
    expect "line 8] expected: moon but was: sun
a.PoemTest.scans -- Time elapsed: 0.1 s <<< ERROR!
    java.lang.IllegalStateException: no feet

FAILED after"
    expect_not "PoemTest.java:7"
    expect_not OldTest
    expect_not FineTest
}

model_runs_the_checks_of_one_rule() {
    clone && jdk a 25
    run "$clone/assent" model R7 --full
    expect_status 0
    run cat "$clone/builds"
    expect "-pl docs/spec"
    expect "-Dassent.model=R7 -Dassent.model.full=true"
}

# --- mvnw -------------------------------------------------------------------------------------------------------------

# The real JDK computes checksums; everything else is a stand-in.
maven_project() {
    mkdir -p "the project/.mvn" "tool box"
    cp "$top/maven.tar.gz" .
    cp "$here/.mvn/find-jdk.sh" "$here/.mvn/MavenArchive.java" "the project/.mvn/"
    sed "s/^maven_sha512=.*/maven_sha512=$checksum/" "$here/mvnw" >"the project/mvnw"
    chmod +x "the project/mvnw"
    export JAVA_HOME="$real_jdk"
    PATH="$PWD/tool box:$PATH"
    unset MVNW_REPOURL MAVEN_USER_HOME MAVEN_OPTS
}

# Once for all of them.
make_archive() {
    mkdir -p "$top/archive/apache-maven-3.9.16/bin"
    printf '#!/bin/sh\necho "maven ran in $JAVA_HOME with $MAVEN_OPTS:" "$@"\n' >"$top/archive/apache-maven-3.9.16/bin/mvn"
    chmod +x "$top/archive/apache-maven-3.9.16/bin/mvn"
    (cd "$top/archive" && tar -cf - apache-maven-3.9.16 | gzip >../maven.tar.gz)
    checksum=$("$real_jdk/bin/java" "$here/.mvn/MavenArchive.java" sha512 "$top/maven.tar.gz")
}

repository() {
    downloader curl
    export MVNW_REPOURL=https://repository.test/base/
}

# An installed mvn of version $1 that fetches the archive if $2 says so.
installed_maven() {
    cat >"tool box/mvn" <<MVN
#!/bin/sh
case "\$*" in
    *-v*) echo "Apache Maven $1" ;;
    *:copy*)
        [ $2 = fetches ] || exit 1
        for word in "\$@"; do case \$word in -DoutputDirectory=*) to=\${word#*=} ;; esac done
        cp "$PWD/maven.tar.gz" "\$to/apache-maven-3.9.16-bin.tar.gz" ;;
    *) echo "the installed one ran:" "\$@" ;;
esac
MVN
    chmod +x "tool box/mvn"
}

# A downloader that knows two addresses only.
downloader() {
    cat >"tool box/$1" <<TOOL
#!/bin/sh
echo "\$@" >>"$PWD/downloads"
while [ \$# -gt 0 ]; do
    case \$1 in
        -o | -O) to=\$2 && shift ;;
        https://archive.apache.org/dist/maven/maven-3/3.9.16/binaries/apache-maven-3.9.16-bin.tar.gz) known=yes ;;
        https://repository.test/base/org/apache/maven/apache-maven/3.9.16/apache-maven-3.9.16-bin.tar.gz) known=yes ;;
    esac
    shift
done
[ "\${known:-}" = yes ] && cp "$PWD/maven.tar.gz" "\$to"
TOOL
    chmod +x "tool box/$1"
}

mvnw_takes_maven_from_the_given_repository_once() {
    maven_project && repository
    run "the project/mvnw" -q verify
    expect_status 0
    expect "maven ran in $real_jdk with"
    expect ": -q verify"
    rm maven.tar.gz
    run "the project/mvnw" "two words"
    expect_status 0
    expect_one_line
    expect ": two words"
}

mvnw_gives_the_build_the_options_of_the_jdk() {
    maven_project && repository
    export MAVEN_OPTS=-Xmx1g
    run "the project/mvnw"
    expect "with -Xmx1g --sun-misc-unsafe-memory-access=allow"
}

mvnw_tries_nothing_else_when_the_given_repository_fails() {
    maven_project && installed_maven 3.9.9 fetches && downloader curl && export MVNW_REPOURL=https://elsewhere.test
    run "the project/mvnw"
    expect_status 1
    expect "mvnw: cannot fetch https://elsewhere.test/org/apache/maven"
    expect_not "ran"
}

mvnw_fetches_with_an_installed_maven_of_any_version() {
    maven_project && installed_maven 3.6.3 fetches
    run "the project/mvnw" verify
    expect_status 0
    expect "maven ran in"
}

mvnw_uses_an_installed_maven_that_is_new_enough_when_it_cannot_fetch() {
    maven_project && installed_maven 3.9.9 fails
    run "the project/mvnw" verify
    expect_status 0
    expect "Using the installed Maven 3.9.9"
    expect "the installed one ran: verify"
}

mvnw_downloads_from_the_archive_where_the_installed_maven_is_no_use() {
    maven_project && installed_maven 3.8.7 fails && downloader curl
    run "the project/mvnw" verify
    expect_status 0
    expect "Downloading Maven 3.9.16 from archive.apache.org"
    expect "maven ran in"
}

mvnw_downloads_with_wget_where_there_is_no_curl() {
    maven_project && downloader wget
    run "the project/mvnw" verify
    expect_status 0
    expect "maven ran in"
    [ -s downloads ] || complain "wget should have run"
}

mvnw_needs_no_tool_that_the_jdk_can_replace() {
    maven_project && cp -R "$top/tools" fewer && rm -f fewer/sha512sum
    PATH=$PWD/fewer
    place=repository/org/apache/maven/apache-maven/3.9.16
    mkdir -p "$place" && cp maven.tar.gz "$place/apache-maven-3.9.16-bin.tar.gz"
    MVNW_REPOURL="file://$(printf '%s' "$PWD" | sed 's/ /%20/g')/repository"
    export MVNW_REPOURL
    run "the project/mvnw" verify
    expect_status 0
    expect "maven ran in"
    printf 'x' >>"$place/apache-maven-3.9.16-bin.tar.gz" && rm -rf "$HOME/.m2"
    run "the project/mvnw" verify
    expect_status 1
    expect "is not Maven 3.9.16"
}

mvnw_says_what_to_do_when_nothing_can_be_fetched() {
    maven_project && downloader curl && rm maven.tar.gz
    run "the project/mvnw" verify
    expect_status 1
    expect "mvnw: cannot fetch Maven 3.9.16 from https://archive.apache.org/"
    expect "install Maven, or set MVNW_REPOURL"
}

mvnw_installs_nothing_with_a_wrong_checksum() {
    maven_project && repository
    printf 'x' >>maven.tar.gz
    run "the project/mvnw" verify
    expect_status 1
    expect "is not Maven 3.9.16 (its SHA-512 begins with"
    expect_not "maven ran"
    run find "$HOME/.m2/wrapper" -type f
    [ -z "$output" ] || complain "nothing should be left behind"
}

mvnw_checks_what_the_installed_maven_fetched_too() {
    maven_project && installed_maven 3.8.7 fetches && printf 'x' >>maven.tar.gz
    run "the project/mvnw" verify
    expect_status 1
    expect "is not Maven 3.9.16"
}

mvnw_several_at_once_all_work_and_leave_one_installation() {
    maven_project && repository
    for i in 1 2 3; do "the project/mvnw" "run $i" >"$i.log" 2>&1 & done
    wait
    run cat 1.log 2.log 3.log
    for i in 1 2 3; do expect ": run $i"; done
    run find "$HOME/.m2/wrapper/dists" -name mvn
    expect_one_line
    run find "$HOME/.m2/wrapper/dists" -name 'fetch.*'
    [ -z "$output" ] || complain "no temporary folder should be left"
}

mvnw_keeps_its_cache_where_it_is_told() {
    maven_project && repository && export MAVEN_USER_HOME="$PWD/my cache"
    run "the project/mvnw" verify
    expect_status 0
    [ ! -e "$HOME/.m2" ] || complain "the home folder should be untouched"
    run find "my cache" -name mvn
    expect "my cache/wrapper/dists/apache-maven-3.9.16/"
}

mvnw_says_when_the_cache_cannot_be_written() {
    maven_project && repository && : >file && export MAVEN_USER_HOME="$PWD/file"
    run "the project/mvnw" verify
    expect_status 1
    expect_one_line
    expect "set MAVEN_USER_HOME to a folder that can be written to"
}

mvnw_says_what_is_missing_without_a_jdk() {
    maven_project && unset JAVA_HOME
    run "the project/mvnw" verify
    expect_status 1
    expect_one_line
    expect "Assent needs a JDK of version 25 or newer and found none"
}

# --- all of them ------------------------------------------------------------------------------------------------------

# shellcheck source=.mvn/find-jdk.sh
. "$here/.mvn/find-jdk.sh"
find_jdk || {
    printf '%s\n' "$jdk_missing"
    exit 1
}
real_jdk=$jdk_home
make_archive
unset JAVA_HOME JDK_JAVA_OPTIONS MAVEN_ARGS
for variable in $(env | sed -n 's/^\(ASSENT_[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done

# Every function from the first claim on is a test; what is no claim is named here.
for name in $(sed -n 's/^\([a-z_0-9]*\)() {$/\1/p' "$0"); do
    case $name in
        try | run | complain | jdk | clone | find_it | maven_project | make_archive | repository | installed_maven | downloader) ;;
        *) try "$name" ;;
    esac
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
