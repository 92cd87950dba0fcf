//! (a): what the database commits by itself, by pgbench: "update one row, insert one row".

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::world::World;

const SCRIPT: &str = "\\set aim random(1, 100000)
begin;
update aim set n = n + 1 where id = :aim;
insert into shot values (now(), :aim, 'some text, about as long as a line of the audit');
commit;
";

/// Transactions a second of so many clients, and the median of what one took, in microseconds.
pub async fn commits(world: &World, clients: u32, length: Duration) -> (f64, f64) {
    let folder = &world.ground.folder.0;
    let (script, log) = (folder.join("commits.sql"), folder.join("commits-log"));
    fs::write(&script, SCRIPT).unwrap();
    let mut pgbench = program("pgbench");
    pgbench
        .args(["--no-vacuum", "--protocol=prepared", "--log"])
        .args([
            format!("--log-prefix={}", log.display()),
            format!("--client={clients}"),
        ])
        .args([
            format!("--jobs={}", clients.min(2)),
            format!("--time={}", length.as_secs()),
        ])
        .arg(format!("--file={}", script.display()))
        .arg(world.ground.database.owner_url());
    let said = tokio::process::Command::from(pgbench)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let errors = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "pgbench: {errors}");
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|it| it.split(' ').next()?.parse().ok());
    (
        rate.unwrap_or_else(|| panic!("pgbench: {text}")),
        median(&log),
    )
}

/// Of all of the log's files, which are removed.
fn median(log: &Path) -> f64 {
    let mut took: Vec<u64> = Vec::new();
    for file in fs::read_dir(log.parent().unwrap()).unwrap().flatten() {
        let name = file.file_name().into_string().unwrap();
        if name.starts_with("commits-log") {
            let text = fs::read_to_string(file.path()).unwrap();
            took.extend(
                text.lines()
                    .filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()),
            );
            fs::remove_file(file.path()).unwrap();
        }
    }
    took.sort_unstable();
    took.get(took.len() / 2).map_or(f64::NAN, |it| *it as f64)
}

/// A program of PostgreSQL's own package, and the folder of its libraries.
fn program(name: &str) -> Command {
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured = configured.map(|it| PathBuf::from(String::from_utf8_lossy(&it.stdout).trim()));
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let installed = installed.flatten().map(|it| it.path().join("bin"));
    let cached = std::env::var_os("HOME").map(PathBuf::from);
    let cached = cached.map(|home| home.join(".cache/tokendesk/postgresql/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(configured)
        .chain(installed)
        .chain(cached)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    let Some(found) = found else {
        panic!("{name} is missing; it comes with PostgreSQL's own packages (Debian: postgresql)");
    };
    let library = found
        .parent()
        .and_then(Path::parent)
        .map(|it| it.join("lib"));
    let mut command = Command::new(found);
    command.env("LD_LIBRARY_PATH", library.unwrap_or_default());
    command
}
