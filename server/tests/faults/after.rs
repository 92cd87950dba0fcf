//! After a fault: nothing more is held than before, and all that was answered is kept.

use nix::unistd::Pid;

use crate::checker;
use crate::process::eventually;
use crate::recorder::{Outcome, Recorder};
use crate::world::World;

/// What a process holds: threads, open files, and resident memory in KiB.
pub fn held(pid: Pid) -> [usize; 3] {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let number = |name: &str| {
        let line = status.lines().find(|it| it.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let files = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .count();
    [number("Threads:"), files, number("VmRSS:")]
}

/// I10: no more is held than `before`, but for what a pool that had not grown yet may take.
pub async fn as_before(pid: Pid, before: [usize; 3]) {
    let room = [8, 24, 64 * 1024];
    eventually(async || {
        let now = held(pid);
        let within = now
            .iter()
            .zip(before)
            .zip(room)
            .all(|((now, before), room)| *now <= before + room);
        within.then_some(())
    })
    .await;
}

/// Checks everything that was written down and kept, and says how much that was.
pub async fn judge(name: &str, world: &World, recorder: &Recorder, faults: usize) {
    let (history, kept) = (recorder.history(), world.kept().await);
    let count = |outcome| {
        history
            .lines
            .iter()
            .filter(|it| it.outcome == outcome)
            .count()
    };
    let violations = checker::check(&history, &kept);
    println!(
        "{name}: operations {} (yes {}, no {}, unknown {}), faults {faults}, violations {}",
        history.lines.len(),
        count(Outcome::Ok),
        count(Outcome::No),
        count(Outcome::Unknown),
        violations.len()
    );
    if let Some(first) = violations.first() {
        let lines = history.lines.iter().filter(|it| it.token == first.token);
        let lines: Vec<String> = lines.map(ToString::to_string).collect();
        panic!(
            "{name}: {violations:#?}\nthe first one's token:\n{}",
            lines.join("\n")
        );
    }
    assert!(
        count(Outcome::Ok) > 0,
        "{name}: nothing was accepted: the test tests nothing"
    );
}
