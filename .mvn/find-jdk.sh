# Finds a JDK of version 25 or newer. Sourced by assent and mvnw; POSIX sh.
#
#   find_jdk      sets jdk_home, or returns 1 and sets jdk_missing to one sentence that says what to do
#
# In this order: JAVA_HOME, the java of PATH, then every usual folder. The first two are somebody's choice and win if they
# are new enough. Of the folders the one nearest to what Assent is tested with is taken: the lowest version from 25 on, of
# that the newest update. ASSENT_JDK_DIRS (separated by colons) names folders to look in instead of the usual ones.
# shellcheck shell=sh disable=SC2034

jdk_major_min=25

find_jdk() {
    jdk_home='' jdk_best_major='' jdk_best_update='' jdk_too_old=''
    jdk_consider "${JAVA_HOME:-}"
    [ -z "$jdk_home" ] || return 0
    jdk_consider_path
    [ -z "$jdk_home" ] || return 0
    jdk_consider_folders
    [ -z "$jdk_home" ] || return 0
    jdk_missing="Assent needs a JDK of version $jdk_major_min or newer and found ${jdk_too_old:-none}: install one (for example Eclipse Temurin $jdk_major_min) or set JAVA_HOME to it."
    return 1
}

# The folder above bin/java, through symbolic links. A shim (jenv, asdf, mise) is no link: it is asked where its JDK is.
jdk_consider_path() {
    jdk_java=$(command -v java) || return 0
    case $jdk_java in /*) ;; *) return 0 ;; esac
    jdk_links=0
    while [ -L "$jdk_java" ] && [ "$jdk_links" -lt 20 ]; do
        jdk_target=$(readlink "$jdk_java") || return 0
        case $jdk_target in
            /*) jdk_java=$jdk_target ;;
            *) jdk_java=${jdk_java%/*}/$jdk_target ;;
        esac
        jdk_links=$((jdk_links + 1))
    done
    jdk_above=${jdk_java%/*}/..
    if [ -r "$jdk_above/release" ]; then
        # A clean path reads better in messages than one with bin/.. in it.
        jdk_consider "$(cd "$jdk_above" 2>/dev/null && pwd)"
    elif [ "$jdk_java" != /usr/bin/java ]; then
        # /usr/bin/java that is no link is the stub of macOS, which only offers to install something.
        jdk_consider "$("$jdk_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')"
    fi
}

jdk_consider_folders() {
    if [ -n "${ASSENT_JDK_DIRS:-}" ]; then
        jdk_rest=$ASSENT_JDK_DIRS:
        while [ -n "$jdk_rest" ]; do
            for jdk_candidate in "${jdk_rest%%:*}"/*; do jdk_consider "$jdk_candidate"; done
            jdk_rest=${jdk_rest#*:}
        done
        return 0
    fi
    # Linux distributions, macOS, SDKMAN, IntelliJ, asdf, mise, Gradle, Homebrew. A pattern without a match stays as it
    # is and names nothing.
    for jdk_candidate in \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
        "${HOME:-}"/.jdks/* "${HOME:-}"/.jdks/*/Contents/Home \
        "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
        "${HOME:-}"/.gradle/jdks/* "${HOME:-}"/.gradle/jdks/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
        jdk_consider "$jdk_candidate"
    done
}

# Takes the folder $1 if it holds a JDK (not only a JRE) that is new enough and nearer to what is wanted than the best so far.
jdk_consider() {
    [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
    jdk_read_version "$1"
    case $jdk_major in '' | *[!0-9]*) return 0 ;; esac
    if [ "$jdk_major" -lt "$jdk_major_min" ]; then
        jdk_too_old="only version $jdk_major ($1)"
    elif [ -z "$jdk_home" ] || [ "$jdk_major" -lt "$jdk_best_major" ] ||
        { [ "$jdk_major" -eq "$jdk_best_major" ] && [ "$jdk_update" -gt "$jdk_best_update" ]; }; then
        jdk_home=$1 jdk_best_major=$jdk_major jdk_best_update=$jdk_update
    fi
}

# Reads the file "release" where there is one: starting every java on the machine would take seconds.
jdk_read_version() {
    jdk_version=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
            [ "$jdk_key" != JAVA_VERSION ] || jdk_version=$jdk_value
        done <"$1/release"
    fi
    [ -n "$jdk_version" ] ||
        jdk_version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.version = //p')
    jdk_version=${jdk_version#\"}
    jdk_version=${jdk_version%%[!0-9.]*}
    jdk_major=${jdk_version%%.*}
    jdk_update=${jdk_version#"$jdk_major"}
    jdk_update=${jdk_update#.*.}
    jdk_update=${jdk_update%%.*}
    case $jdk_update in '' | *[!0-9]*) jdk_update=0 ;; esac
}
