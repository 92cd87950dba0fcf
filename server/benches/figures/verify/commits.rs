//! (a): what the database commits by itself, by pgbench: "update one row, insert one row".

use std::fs;
use std::time::Duration;

use super::world::{World, program};

const SCRIPT: &str = "\\set aim random(1, 100000)
begin;
update aim set n = n + 1 where id = :aim;
insert into shot values (now(), :aim, 'some text, about as long as a line of the audit');
commit;
";

/// Transactions a second of so many clients, and the median of what one took, in microseconds.
pub async fn commits(world: &World, clients: u32, length: Duration) -> (f64, f64) {
    let folder = &world.folder.0;
    let (script, log) = (folder.join("commits.sql"), folder.join("commits-log"));
    fs::write(&script, SCRIPT).unwrap();
    let mut pgbench = program("pgbench");
    pgbench
        .args(["--no-vacuum", "--protocol=prepared", "--log"])
        .args([format!("--log-prefix={}", log.display()), format!("--client={clients}")])
        .args([format!("--jobs={}", clients.min(2)), format!("--time={}", length.as_secs())])
        .arg(format!("--file={}", script.display()))
        .arg(world.database.owner_url());
    let said = tokio::process::Command::from(pgbench).output().await.unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let errors = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "pgbench: {errors}");
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|it| it.split(' ').next()?.parse().ok());
    (rate.unwrap_or_else(|| panic!("pgbench: {text}")), median(&log))
}

/// Of all of the log's files, which are removed.
fn median(log: &std::path::Path) -> f64 {
    let mut took: Vec<u64> = Vec::new();
    for file in fs::read_dir(log.parent().unwrap()).unwrap().flatten() {
        let name = file.file_name().into_string().unwrap();
        if name.starts_with("commits-log") {
            let text = fs::read_to_string(file.path()).unwrap();
            took.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
            fs::remove_file(file.path()).unwrap();
        }
    }
    took.sort_unstable();
    took.get(took.len() / 2).map_or(f64::NAN, |it| *it as f64)
}
