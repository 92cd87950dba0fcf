//! What Tokendesk promises in figures, measured beside its goals: `make bench`, or one part of it with
//! `make bench WHAT=verify`.
//!
//! Rates are compared with another rate of the same run, in turns, for machines differ and are shared.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on may panic"
)]

#[path = "../../tests/faults/checker.rs"]
mod checker;
mod http;
#[path = "../../tests/it/process.rs"]
#[expect(dead_code, reason = "what the tests need of a server is more")]
mod process;
#[path = "../../tests/faults/recorder.rs"]
#[expect(dead_code, reason = "nobody looks at a counter meanwhile here")]
mod recorder;
mod report;
mod server;
mod size;
mod verify;
mod world;

/// A part of the figures.
struct Part {
    name: &'static str,
    measure: fn() -> Vec<report::Figure>,
}

/// Asked for instead of a part: the table alone, of what was measured before.
const TABLE: &str = "table";

/// In the order in which they run. Those of the browser's side are in `end2end/figures`.
const PARTS: &[Part] = &[
    Part {
        name: "verify",
        measure: verify::measure,
    },
    Part {
        name: "size",
        measure: size::measure,
    },
    Part {
        name: "server",
        measure: server::measure,
    },
];

fn main() {
    // cargo adds `--bench`
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with("--"))
        .collect();
    for name in &asked {
        let known = name == TABLE || PARTS.iter().any(|part| part.name == name);
        assert!(known, "there is no part {name}");
    }
    for part in PARTS {
        if asked.is_empty() || asked.iter().any(|name| name == part.name) {
            let figures = (part.measure)();
            report::print(part.name, &figures);
            report::keep(part.name, &figures);
        }
    }
    report::write_table();
}
