//! The console with few users and with a million: what an operator waits for, over HTTP on this machine, pages
//! rendered. Each address is asked for on the small and the large installation in turns.
//!
//! `FIGURES_USERS` is the number of users of the large one (1,000,000), `FIGURES_ROUNDS` how often each
//! address is asked for (200).

mod load;
mod people;

use std::time::{Duration, Instant};

use app::paths::{self, UsersLike};

use crate::http::{Connection, get, post};
use crate::report::{Figure, Goal};
use crate::world::{Ground, World};
use people::{Person, TOKENS, pick, serial, user_id};

/// Users of the small installation.
const FEW: u64 = 1_000;

/// Something an operator looks at; another user each time.
struct Look {
    name: &'static str,
    request: fn(&Place, u64) -> String,
}

/// An installation and how many users it has.
struct Place {
    world: World,
    users: u64,
    connection: Connection,
}

/// Measures all of it.
pub fn measure() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(all())
}

async fn all() -> Vec<Figure> {
    let (users, rounds) = (
        asked("FIGURES_USERS", 1_000_000),
        asked("FIGURES_ROUNDS", 200),
    );
    let mut few = Place::new("few", FEW).await.0;
    let (mut many, loading) = Place::new("many", users).await;
    // the server has closed what nothing was asked over meanwhile
    few.connection = Connection::new(few.world.address()).await.unwrap();
    let mut figures = vec![
        Figure::new("users of the large installation", users as f64, ""),
        Figure::new("loading it", loading.as_secs_f64() / 60.0, "min").goal(Goal::AtMost(15.0)),
    ];
    for look in LOOKS {
        let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
        for n in 0..rounds {
            of_few.push(few.ask(look, n).await);
            of_many.push(many.ask(look, n).await);
        }
        let (small, _) = within(of_few);
        let (median, most) = within(of_many);
        let figure =
            |what: &str, value, unit| Figure::new(format!("{}: {what}", look.name), value, unit);
        figures.push(figure("median", median, "ms").goal(Goal::AtMost(10.0)));
        figures.push(figure("95 of 100 within", most, "ms"));
        figures.push(figure("growth", median / small, "").goal(Goal::AtMost(2.0)));
    }
    figures.extend(job(&many).await);
    few.world.end().await;
    many.world.end().await;
    figures
}

fn asked(name: &str, otherwise: u64) -> u64 {
    let asked = std::env::var(name).ok();
    asked.map_or(otherwise, |it| it.parse().unwrap())
}

/// Median and 95th of 100.
fn within(mut took: Vec<f64>) -> (f64, f64) {
    took.sort_unstable_by(f64::total_cmp);
    (took[took.len() / 2], took[took.len() * 95 / 100])
}

impl Place {
    /// Loads it, and says how long that took.
    async fn new(name: &str, users: u64) -> (Self, Duration) {
        println!("  loading {users} users");
        let ground = Ground::new(name, 4_096).await;
        let mut superuser = ground.superuser().await;
        let begun = Instant::now();
        load::load(&mut superuser, users).await;
        let took = begun.elapsed();
        let world = ground.serve().await;
        let connection = Connection::new(world.address()).await.unwrap();
        let mut place = Self {
            world,
            users,
            connection,
        };
        // statements are prepared and pages are read
        for look in LOOKS {
            for n in 0..10 {
                place.ask(look, 1_000_000 + n).await;
            }
        }
        (place, took)
    }

    /// Milliseconds that the answer took.
    async fn ask(&mut self, look: &Look, n: u64) -> f64 {
        let request = (look.request)(self, n);
        let begun = Instant::now();
        let (status, length) = self.connection.ask(&request).await.unwrap();
        let took = begun.elapsed();
        assert!(
            status == 200 && length > 100,
            "{}: {status}, {length} bytes",
            look.name
        );
        took.as_secs_f64() * 1_000.0
    }

    /// Somebody, another one for each `n`.
    fn user(&self, n: u64) -> u64 {
        // the first is the one who is guessed at
        1 + pick(n, self.users - 1)
    }

    fn person(&self, n: u64) -> Person {
        Person::number(self.user(n))
    }

    fn get(&self, path: &str) -> String {
        get(path, &self.world.cookie)
    }

    fn search(&self, words: &str) -> String {
        self.list(UsersLike {
            words: words.to_owned(),
            ..UsersLike::default()
        })
    }

    fn list(&self, like: UsersLike) -> String {
        self.get(&paths::users_like(&like))
    }

    fn shown(&self, show: &str) -> String {
        self.list(UsersLike {
            show: show.to_owned(),
            ..UsersLike::default()
        })
    }

    /// A page far from either end.
    fn ordered(&self, order: &str, n: u64) -> String {
        self.list(UsersLike {
            order: order.to_owned(),
            page: format!("after-{}", user_id(self.user(n)).simple()),
            ..UsersLike::default()
        })
    }
}

/// Digits as people write them.
fn spoken(phone: &str) -> String {
    format!("0{} {} {}", &phone[2..4], &phone[4..7], &phone[7..])
}

const LOOKS: &[Look] = &[
    Look {
        name: "search, a family name that many have",
        request: |at, n| at.search(["meier", "Keller", "fischer", "Weber"][(n % 4) as usize]),
    },
    Look {
        name: "search, given and family name",
        request: |at, n| {
            let person = at.person(n);
            at.search(&format!("{} {}", person.given, person.family))
        },
    },
    Look {
        name: "search, a username",
        request: |at, n| at.search(&at.person(n).username),
    },
    Look {
        name: "search, a serial",
        request: |at, n| at.search(&serial(at.user(n) * TOKENS)),
    },
    Look {
        name: "search, a phone number",
        request: |at, n| at.search(&spoken(&at.person(n).phone)),
    },
    Look {
        name: "search, two letters",
        request: |at, n| at.search(&at.person(n).family[..2]),
    },
    Look {
        name: "search, what every serial begins with",
        request: |at, n| at.search(["totp-", "hotp"][(n % 2) as usize]),
    },
    Look {
        name: "search, the end of many names",
        request: |at, n| at.search(["mann", "berg", "hof"][(n % 3) as usize]),
    },
    Look {
        name: "jump, as it is typed",
        request: |at, n| {
            let form = format!("words={}", &at.person(n).family.to_lowercase()[..4]);
            post("/call/list-users", &at.world.cookie, &form)
        },
    },
    Look {
        name: "users, all",
        request: |at, _| at.shown(""),
    },
    Look {
        name: "users, of a realm",
        request: |at, _| {
            at.list(UsersLike {
                realm: load::CLINIC.to_owned(),
                ..UsersLike::default()
            })
        },
    },
    Look {
        name: "users, cannot sign in",
        request: |at, _| at.shown("cannot-sign-in"),
    },
    Look {
        name: "users, waiting or locked",
        request: |at, _| at.shown("waiting-or-locked"),
    },
    Look {
        name: "users, with an obsolete token",
        request: |at, _| at.shown("obsolete"),
    },
    Look {
        name: "users by name, anywhere",
        request: |at, n| at.ordered("name", n),
    },
    Look {
        name: "users by username, anywhere",
        request: |at, n| at.ordered("username", n),
    },
    Look {
        name: "users by department, anywhere",
        request: |at, n| at.ordered("department", n),
    },
    Look {
        name: "users by realm, anywhere",
        request: |at, n| at.ordered("realm", n),
    },
    Look {
        name: "users by last use, anywhere",
        request: |at, n| at.ordered("-last-used", n),
    },
    Look {
        name: "a user's overview",
        request: |at, n| at.get(&paths::user(user_id(at.user(n)))),
    },
    Look {
        name: "Tokens tab",
        request: |at, n| at.get(&paths::tokens(user_id(at.user(n)))),
    },
    Look {
        name: "a token's page",
        request: |at, n| {
            let user = at.user(n);
            at.get(&paths::token(user_id(user), serial(user * TOKENS)))
        },
    },
    Look {
        name: "a token's page, of whom somebody guesses at",
        request: |at, n| at.get(&paths::token(user_id(0), serial(n % TOKENS))),
    },
    Look {
        name: "Activity",
        request: |at, n| at.get(&paths::user_activity(user_id(at.user(n)))),
    },
    Look {
        name: "Activity, of whom somebody guesses at",
        request: |at, _| at.get(&paths::user_activity(user_id(0))),
    },
];

/// The job that keeps the list: its first run, over all users, and one of its later ones, each five minutes.
async fn job(place: &Place) -> [Figure; 2] {
    let (backend, now) = (&place.world.ground.backend, server::open::now());
    let begun = Instant::now();
    let all = backend::users::refresh_all(backend, now).await.unwrap();
    let first = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let ran_at = now.before(Duration::from_secs(300));
    let run = backend::users::refresh_since(backend, ran_at, now);
    let looked_at = run.await.unwrap().looked_at;
    let later = begun.elapsed().as_secs_f64();
    let first_of = format!("the job's first run, over all {} users", all.looked_at);
    let later_of = format!("the job's later runs, over {looked_at} users");
    [
        Figure::new(first_of, first, "s"),
        Figure::new(later_of, later * 1_000.0, "ms"),
    ]
}
