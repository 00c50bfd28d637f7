"""Databases with their filestores: made aside, then renamed; copied in no time."""

import contextlib
import os
import shutil
import subprocess

from dev.common import run_logged

# What a user's first page needs; made ahead, so that the first page is quick.
PREGENERATE = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"


def exists(env, name):
    return bool(env.server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def names(env, prefix):
    """Databases whose name starts so."""
    found = env.server.sql(
        f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')"
    )
    return found.split()


def drop(env, name):
    if exists(env, name):
        with contextlib.suppress(subprocess.CalledProcessError):
            env.server.sql(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE false')
        env.server.tool("dropdb", "--force", name)
    shutil.rmtree(env.filestore(name), ignore_errors=True)


def rename(env, old, new):
    drop(env, new)
    env.server.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
    if env.filestore(old).exists():
        env.filestore(old).rename(env.filestore(new))


def copy(env, template, name):
    """Copy a database; the filestore by hard links, for Odoo never rewrites a file."""
    drop(env, name)
    env.server.tool("createdb", "-T", template, "--strategy=file_copy", name)
    if env.filestore(template).exists():
        shutil.copytree(
            env.filestore(template), env.filestore(name), copy_function=os.link
        )
    env.server.sql(
        "UPDATE ir_config_parameter SET value = gen_random_uuid() "
        "WHERE key = 'database.uuid'",
        name,
    )


def build(env, name, modules, code=""):
    """Make a database with the modules and Odoo's demo data; never a half-made one."""
    aside = f"{name}_new"
    drop(env, aside)
    env.server.tool("createdb", "-T", "template0", "-E", "UTF8", aside)
    log = f"build-{name}"
    args = ["-d", aside, "-i", ",".join(modules), "--with-demo"]
    run_odoo(env, log, f"The database {name} could not be made", *args)
    env.shell(aside, f"{code}\n{PREGENERATE}")
    rename(env, aside, name)


def run_odoo(env, log, failure, *args):
    """One run of Odoo that installs or updates, without serving."""
    run_logged(
        env.command("server", *args, "--stop-after-init", "--no-http"),
        log,
        failure,
        env=env.variables(),
    )
