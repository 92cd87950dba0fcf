//! How many checks a second, and how long one takes, by connections and by what is asked.

use super::commits::commits;
use super::load::{Ask, Came, Pace};
use super::machine::Used;
use super::{FEW, PRIVACYIDEA, Place, Plan, median};
use crate::report::{Figure, Goal};

/// Connections at once, and what they should come to over (a).
const CONNECTIONS: [(u32, Option<f64>); 4] = [
    (256, Some(2.5)),
    (32, Some(1.25)),
    (8, Some(0.8)),
    (1, None),
];

/// What one number of connections came to, round after round.
#[derive(Default)]
struct Point {
    /// Over (a), with few tokens and with many.
    of_few: Vec<f64>,
    of_many: Vec<f64>,
    /// Milliseconds within which 50, 95 and 99 of a hundred were answered.
    within: [Vec<f64>; 3],
}

/// The parts of a hundred that are told.
const PERCENT: [f64; 3] = [50.0, 95.0, 99.0];

impl Point {
    fn add(&mut self, limit: f64, many: &Came) {
        self.of_many.push(many.rate / limit);
        for (within, percent) in self.within.iter_mut().zip(PERCENT) {
            within.push(many.within(percent) / 1_000.0);
        }
    }

    fn figures(self, what: &str, connections: u32, goal: Option<f64>) -> Vec<Figure> {
        let of = format!("{what}, {connections} connections");
        let rate = Figure::new(format!("{of}: over (a)"), median(self.of_many), "");
        let rate = match goal {
            Some(goal) => rate.goal(Goal::AtLeast(goal)),
            None => rate,
        };
        let within = self.within.into_iter().zip(PERCENT);
        let within = within
            .map(|(took, percent)| Figure::new(format!("{of}: p{percent}"), median(took), "ms"));
        std::iter::once(rate).chain(within).collect()
    }
}

/// What all those rounds used.
#[derive(Default)]
struct Sum {
    used: [f64; 3],
    answers: u64,
}

impl Sum {
    fn add(&mut self, since: Used, answers: u64) {
        let parts = [since.server, since.database, since.load];
        for (sum, of) in self.used.iter_mut().zip(parts) {
            *sum += of;
        }
        self.answers += answers;
    }

    /// Seconds of processor per check, in all.
    fn each(&self) -> f64 {
        self.used.iter().sum::<f64>() / self.answers as f64
    }

    fn figures(&self) -> impl Iterator<Item = Figure> {
        let parts = ["server", "database", "load"].into_iter().zip(self.used);
        parts.map(|(what, used)| {
            let each = used * 1e6 / self.answers as f64;
            Figure::new(format!("processor of the {what}, per check"), each, "µs")
        })
    }
}

/// Rates of right counting codes by connections and tokens, in turns with (a); gives (a).
pub(super) async fn rates(
    plan: Plan,
    few: &mut Place,
    many: &mut Place,
    figures: &mut Vec<Figure>,
) -> f64 {
    let mut points = CONNECTIONS.map(|_| Point::default());
    let (mut limits, mut rates, mut commit) = (Vec::new(), Vec::new(), Vec::new());
    let mut sum = Sum::default();
    for _ in 0..plan.rounds {
        for (point, (connections, _)) in points.iter_mut().zip(CONNECTIONS) {
            let before = many.used();
            let limit = commits(&many.world, 32, plan.length).await.0;
            let since = many.used().since(before);
            commit.push(since.sum() / (limit * plan.length.as_secs_f64()));
            let before = many.used();
            let (ask, pace) = (Ask::Counter, Pace::Closed);
            let large = many.asks(ask, connections, pace, plan.length).await;
            let since = many.used().since(before);
            let small = few.asks(ask, connections, pace, plan.length).await;
            point.add(limit, &large);
            point.of_few.push(small.rate / limit);
            limits.push(limit);
            if connections == CONNECTIONS[0].0 {
                rates.push(large.rate);
                sum.add(since, large.answers());
            }
        }
    }
    let limit = median(limits);
    figures.push(Figure::new("(a): pgbench with 32 clients", limit, "/s"));
    let rate = median(rates);
    figures.push(Figure::new("checks, 256 connections", rate, "/s"));
    let times = Figure::new("the same over privacyIDEA 3.14", rate / PRIVACYIDEA, "");
    figures.push(times.goal(Goal::AtLeast(100.0)));
    let fall = median(points[0].of_many.clone()) / median(points[0].of_few.clone());
    let what = format!("rate with {} tokens over that with {FEW}", plan.tokens);
    figures.push(Figure::new(what, fall, "").goal(Goal::AtLeast(0.85)));
    for (point, (connections, goal)) in points.into_iter().zip(CONNECTIONS) {
        figures.extend(point.figures("HOTP", connections, goal));
    }
    figures.extend(sum.figures());
    // what the rates come to where the processor is what is short, whatever else the machine does
    let what = "processor of a commit of (a) over that of a check, all together";
    figures.push(Figure::new(what, median(commit) / sum.each(), ""));
    limit
}

/// Other codes: of the time, and wrong ones.
pub(super) async fn kinds(plan: Plan, many: &mut Place, limit: f64, figures: &mut Vec<Figure>) {
    for (ask, what) in [(Ask::Clock, "TOTP"), (Ask::Wrong, "wrong codes")] {
        for (connections, _) in CONNECTIONS {
            let came = many.asks(ask, connections, Pace::Closed, plan.length).await;
            let mut point = Point::default();
            point.add(limit, &came);
            figures.extend(point.figures(what, connections, None));
        }
    }
}
