//! Figures beside their goals: printed, kept as JSON, and put together into `docs/benchmarks.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

/// One measured figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured, in words.
    pub what: String,
    /// The figure.
    pub measured: f64,
    /// Its unit; empty for a ratio.
    pub unit: String,
    /// What it should be, if anything was promised.
    pub goal: Option<Goal>,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// What one part found, and where. The parts that Node measures write the same.
#[derive(Serialize, Deserialize)]
struct Found {
    part: String,
    date: String,
    commit: String,
    machine: String,
    figures: Vec<Figure>,
}

impl Figure {
    /// A figure without a goal, for the reader.
    pub fn new(what: impl Into<String>, measured: f64, unit: &str) -> Self {
        Self {
            what: what.into(),
            measured,
            unit: unit.to_owned(),
            goal: None,
        }
    }

    /// The same with its goal.
    pub fn goal(self, goal: Goal) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    fn verdict(&self) -> &'static str {
        match self.goal {
            None => "",
            Some(Goal::AtMost(most)) if self.measured <= most => "reached",
            Some(Goal::AtLeast(least)) if self.measured >= least => "reached",
            Some(_) => "missed",
        }
    }

    fn goal_in_words(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::AtMost(most)) => format!("at most {}", number(most)),
            Some(Goal::AtLeast(least)) => format!("at least {}", number(least)),
        }
    }
}

/// Three digits that count, and no more.
fn number(value: f64) -> String {
    match value.abs() {
        at if at >= 100.0 => format!("{value:.0}"),
        at if at >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Prints a part's figures beside their goals.
pub fn print(part: &str, figures: &[Figure]) {
    println!("\n{part}");
    for figure in figures {
        println!(
            "  {:<72} {:>10} {:<4} {:<18} {}",
            figure.what,
            number(figure.measured),
            figure.unit,
            figure.goal_in_words(),
            figure.verdict()
        );
    }
}

/// Keeps a part's figures for the table, until it is measured again.
pub fn keep(part: &str, figures: &[Figure]) {
    let found = Found {
        part: part.to_owned(),
        date: said_by("date", &["-u", "+%Y-%m-%d"]),
        commit: said_by("git", &["rev-parse", "--short", "HEAD"]),
        machine: machine(),
        figures: figures.to_vec(),
    };
    fs::create_dir_all(folder()).unwrap();
    let file = folder().join(format!("{part}.json"));
    fs::write(file, serde_json::to_string_pretty(&found).unwrap()).unwrap();
}

/// Writes all that was kept into `docs/benchmarks.md`.
pub fn write_table() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    let mut text = String::from(HEAD);
    for file in files {
        let found: Found = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        text.push_str(&section(&found));
    }
    fs::write(root().join("docs/benchmarks.md"), text).unwrap();
}

const HEAD: &str =
    "# Figures\n\nWritten by `make bench`. Ratios are of rates measured in turns in one run.\n";

fn section(found: &Found) -> String {
    let mut text = format!(
        "\n## {}\n\n{}, commit {}, {}\n\n| what | measured | goal | |\n| --- | ---: | --- | --- |\n",
        found.part, found.date, found.commit, found.machine
    );
    for figure in &found.figures {
        text.push_str(&format!(
            "| {} | {} {} | {} | {} |\n",
            figure.what,
            number(figure.measured),
            figure.unit,
            figure.goal_in_words(),
            figure.verdict()
        ));
    }
    text
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn folder() -> PathBuf {
    root().join("target/bench")
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let said = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

/// Cores, memory and processor, as Linux tells.
fn machine() -> String {
    let cores = std::thread::available_parallelism().unwrap();
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let value = text.lines().find(|line| line.starts_with(name));
        value
            .and_then(|it| it.split_once(':'))
            .map(|it| it.1.trim().to_owned())
    };
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
    let memory = line("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown memory".into());
    format!("{cores} cores of {processor}, {memory}")
}
