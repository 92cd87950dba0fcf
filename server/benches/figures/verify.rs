//! `POST /api/v1/verify`, beside what the same PostgreSQL commits by itself in the same run.
//!
//! `BENCH_SECONDS` is how long each point is measured (5), `BENCH_TOKENS` how many the larger table holds
//! (3,000,000); points are measured in turns, `BENCH_ROUNDS` times (3), and the median counts.

mod commits;
mod kept;
mod load;
mod machine;
mod plant;
mod rates;

use std::sync::Arc;
use std::time::Duration;

use crate::checker;
use crate::report::{Figure, Goal};
use crate::world::{Ground, World};
use commits::commits;
use load::{Ask, Came, Pace, People, run};
use machine::{Used, memory};
use rates::{kinds, rates};

/// Checks a second of privacyIDEA 3.14, tuned, on a machine of this kind.
const PRIVACYIDEA: f64 = 32.0;
/// Tokens of the smaller table.
const FEW: u32 = 1_000;
/// MiB of memory that a database takes for its pages, at most.
const PAGES: u64 = 2_048;

/// How long and how often.
#[derive(Clone, Copy)]
struct Plan {
    length: Duration,
    rounds: usize,
    tokens: u32,
}

/// A server, those it is asked about, and all that it has answered.
struct Place {
    world: World,
    people: Arc<People>,
    yes: u64,
    no: u64,
    later: u64,
}

/// Measures all of it.
pub fn measure() -> Vec<Figure> {
    let asked = |name: &str, otherwise: u32| {
        let asked = std::env::var(name).ok();
        asked.map_or(otherwise, |it| it.parse().unwrap())
    };
    let plan = Plan {
        length: Duration::from_secs(asked("BENCH_SECONDS", 5).into()),
        rounds: asked("BENCH_ROUNDS", 3) as usize,
        tokens: asked("BENCH_TOKENS", 3_000_000).max(10 * FEW),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(all(plan))
}

async fn all(plan: Plan) -> Vec<Figure> {
    let mut few = Place::new("few", FEW).await;
    let mut many = Place::new("many", plan.tokens).await;
    let mut figures = Vec::new();
    let limit = rates(plan, &mut few, &mut many, &mut figures).await;
    kinds(plan, &mut many, limit, &mut figures).await;
    calm(plan, &mut many, limit, &mut figures).await;
    attacked(plan, &mut many, limit, &mut figures).await;
    let pid = many.world.server.pid().as_raw();
    let goal = Goal::AtMost(60.0);
    figures.push(Figure::new("memory of the server, at most", memory(pid, true), "MiB").goal(goal));
    let (mut operations, mut violations) = (0, 0);
    for place in [few, many] {
        place.holds().await;
        let (recorded, broken) = place.broken().await;
        operations += recorded;
        violations += broken;
        place.world.end().await;
    }
    let what = "right codes of counters that the recorder of the fault program wrote down";
    figures.push(Figure::new(what, operations as f64, ""));
    let what = "of its rules broken (accepted twice, forgotten, without audit row)";
    figures.push(Figure::new(what, violations as f64, "").goal(Goal::AtMost(0.0)));
    figures
}

impl Place {
    async fn new(name: &str, tokens: u32) -> Self {
        println!("  loading {tokens} tokens");
        let (ground, users) = (Ground::new(name, PAGES).await, tokens / plant::OF_EACH);
        plant::plant(&ground.backend, users).await;
        ground.warm().await;
        let world = ground.serve().await;
        let people = People::of(&world, users);
        let mut place = Self {
            world,
            people,
            yes: 0,
            no: 0,
            later: 0,
        };
        // statements are prepared and pages are read
        place
            .asks(Ask::Counter, 32, Pace::Closed, Duration::from_secs(2))
            .await;
        place
    }

    async fn asks(&mut self, ask: Ask, connections: u32, pace: Pace, length: Duration) -> Came {
        let came = run(&self.people, ask, connections, pace, length).await;
        self.count(&came);
        came
    }

    fn count(&mut self, came: &Came) {
        self.yes += came.yes;
        self.no += came.no;
        self.later += came.later;
    }

    fn used(&self) -> Used {
        let postmaster = self.world.ground.folder.postmaster().unwrap();
        Used::now(self.world.server.pid().as_raw(), postmaster.as_raw())
    }

    /// What must hold whatever was measured.
    async fn holds(&self) {
        let verified = "action = 'token.verify'";
        let of = |result: &str| {
            format!("select count(*) from audit where {verified} and result {result}")
        };
        let yes = self.count_of(of("= 'done'")).await;
        let no = self.count_of(of("<> 'done'")).await;
        assert_eq!(yes, self.yes, "answers and audit rows: yes");
        assert_eq!(no, self.no, "answers and audit rows: no");
        let requests = self
            .count_of("select count(*) from request".to_owned())
            .await;
        assert_eq!(requests, self.yes + self.no, "answers and requests");
        // each acceptance moved the counter on by one at least
        let twice = "select count(*) from token_auth t join (
                         select token_id, count(*) as times from audit
                         where action = 'token.verify' and result = 'done' group by token_id) a
                         on a.token_id = t.token_id
                     where t.kind = 'hotp' and a.times > t.counter";
        assert_eq!(
            self.count_of(twice.to_owned()).await,
            0,
            "counters accepted twice"
        );
    }

    /// How many operations were written down, and how often what came of them breaks a rule.
    async fn broken(&self) -> (usize, usize) {
        let history = self.people.recorder.history();
        let kept = kept::kept(&self.world.ground.backend.db).await;
        let violations = checker::check(&history, &kept);
        for violation in violations.iter().take(10) {
            println!("  {violation:?}");
        }
        (history.lines.len(), violations.len())
    }

    async fn count_of(&self, sql: String) -> u64 {
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql));
        count
            .fetch_one(&self.world.ground.backend.db)
            .await
            .unwrap()
            .try_into()
            .unwrap()
    }
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_unstable_by(f64::total_cmp);
    of[of.len() / 2]
}

/// How long one takes: at idle, and at half of (a).
async fn calm(plan: Plan, many: &mut Place, limit: f64, figures: &mut Vec<Figure>) {
    let mut ratios = Vec::new();
    for _ in 0..plan.rounds {
        let (_, alone) = commits(&many.world, 1, plan.length).await;
        let came = many.asks(Ask::Counter, 1, Pace::Closed, plan.length).await;
        ratios.push(came.within(50.0) / alone);
    }
    let what = "p50 at idle over that of one client of pgbench";
    figures.push(Figure::new(what, median(ratios), "").goal(Goal::AtMost(1.7)));
    let half = Pace::Open(limit / 2.0);
    let came = many.asks(Ask::Counter, 256, half, plan.length * 2).await;
    for (percent, goal) in [(50.0, None), (95.0, None), (99.0, Some(10.0))] {
        let what = format!("p{percent} at half of (a)");
        let figure = Figure::new(what, came.within(percent) / 1_000.0, "ms");
        figures.push(match goal {
            Some(goal) => figure.goal(Goal::AtMost(goal)),
            None => figure,
        });
    }
}

/// One user is guessed at, and the others wait no longer for it.
async fn attacked(plan: Plan, many: &mut Place, limit: f64, figures: &mut Vec<Figure>) {
    let pace = Pace::Open(limit / 4.0);
    let mut ratios = Vec::new();
    for _ in 0..plan.rounds {
        let without = many.asks(Ask::Counter, 128, pace, plan.length).await;
        let people = Arc::clone(&many.people);
        let attack = run(&people, Ask::Attack, 64, Pace::Open(2_000.0), plan.length);
        let others = run(&people, Ask::Counter, 128, pace, plan.length);
        let (attack, others) = tokio::join!(attack, others);
        many.count(&attack);
        many.count(&others);
        ratios.push(others.within(99.0) / without.within(99.0));
    }
    let what = "p99 of others while one user is guessed at 2000 times a second, over that without";
    figures.push(Figure::new(what, median(ratios), "").goal(Goal::AtMost(1.5)));
}
