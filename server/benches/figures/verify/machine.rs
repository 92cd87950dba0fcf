//! What processes have used, as Linux tells.

use std::fs;

use nix::unistd::{SysconfVar, sysconf};

/// Seconds of the processor so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    pub server: f64,
    pub database: f64,
    pub load: f64,
}

impl Used {
    /// So far.
    pub fn now(server: i32, postmaster: i32) -> Self {
        let database = children(postmaster).map(|pid| seconds(&pid.to_string(), false));
        Self {
            server: seconds(&server.to_string(), false),
            database: database.sum::<f64>() + seconds(&postmaster.to_string(), true),
            // pgbench is a child that has ended
            load: seconds("self", true),
        }
    }

    /// Of all.
    pub fn sum(self) -> f64 {
        self.server + self.database + self.load
    }

    /// Since then.
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            load: self.load - before.load,
        }
    }
}

fn stat(pid: &str) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

/// Its own, with that of children that have ended where asked for.
fn seconds(pid: &str, with_ended: bool) -> f64 {
    let ticks = sysconf(SysconfVar::CLK_TCK).unwrap().unwrap() as f64;
    let fields = stat(pid).unwrap_or_default();
    let place = if with_ended { 11..15 } else { 11..13 };
    let used = fields.get(place).unwrap_or_default();
    used.iter()
        .map(|it| it.parse::<f64>().unwrap())
        .sum::<f64>()
        / ticks
}

fn children(of: i32) -> impl Iterator<Item = i32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let processes = processes.filter_map(|it| it.file_name().to_str()?.parse::<i32>().ok());
    processes.filter(move |pid| {
        let parent = stat(&pid.to_string()).and_then(|it| it.get(1)?.parse().ok());
        parent == Some(of)
    })
}

/// Resident memory in MiB: now, or at most.
pub fn memory(pid: i32, at_most: bool) -> f64 {
    let name = if at_most { "VmHWM:" } else { "VmRSS:" };
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|it| it.starts_with(name)).unwrap();
    let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes / 1024.0
}
