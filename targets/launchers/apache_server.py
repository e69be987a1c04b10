"""Run Apache in the foreground with a configuration that serves a WSGI application, as whoever starts it.

Three things are found out here, since no configuration can: where Apache keeps its modules (as ${MODULES}), where
pip put mod_wsgi (with --mod-wsgi), and that Apache refuses to serve as root. For root it runs as nobody, who may read
what root may: the application and the interpreter often lie in a home that nobody else can enter.
"""

import argparse
import glob
import os
import shutil
import sys

MODULES = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules", "/usr/libexec/apache2",
           "/opt/homebrew/lib/httpd/modules", "/usr/local/lib/httpd/modules"]


def program():
    for name in ("apache2", "httpd"):
        found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if found:
            return found
    sys.exit("apache_server.py: neither apache2 nor httpd is on PATH; on Debian: apt-get install apache2")


def modules():
    for directory in MODULES:
        if os.path.isdir(directory):
            return directory
    sys.exit("apache_server.py: Apache's modules are in none of " + ", ".join(MODULES))


def mod_wsgi():
    """Return the path of the module that pip built for this interpreter."""
    import mod_wsgi.server

    directory = os.path.dirname(mod_wsgi.server.__file__ or list(mod_wsgi.server.__path__)[0] + "/x")
    found = glob.glob(os.path.join(directory, "mod_wsgi*.so"))
    if not found:
        sys.exit("apache_server.py: no mod_wsgi*.so in " + directory)
    return found[0]


def as_nobody():
    """Return the words that make a command run as nobody where this is root: nothing where it is not."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        sys.exit("apache_server.py: Apache does not serve as root, and setpriv (util-linux) is not there to become nobody")
    import grp
    import pwd

    nobody = pwd.getpwnam("nobody")
    return [setpriv, "--reuid", str(nobody.pw_uid), "--regid", str(grp.getgrgid(nobody.pw_gid).gr_gid), "--clear-groups",
            "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup"]  # else access(2) would know nothing of the capability


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mod-wsgi", action="store_true", help="load the mod_wsgi of this interpreter")
    parser.add_argument("config", help="the configuration file")
    args = parser.parse_args()
    argv = as_nobody() + [program(), "-DFOREGROUND", "-C", "Define MODULES " + modules()]
    if args.mod_wsgi:
        argv += ["-C", 'LoadModule wsgi_module "%s"' % mod_wsgi()]
    argv += ["-f", args.config]
    os.execv(argv[0], argv)


if __name__ == "__main__":
    main()
