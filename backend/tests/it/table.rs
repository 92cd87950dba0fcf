//! The table of status and action, cell by cell: what the menu shows, and what the backend answers to
//! somebody who calls it all the same.
//!
//! A cell is `menu:answer`. The menu is `yes`, `-` for absent, or why it is shown disabled. The answer is
//! `done`, `already` for what is no error, `absent`, or why not.

use crate::desk::{Desk, Device, NOW, Person, STEP, fields};
use backend::Switched;
use backend::check::{self, Pair, Reset, Tested};
use backend::tokens::delete::{Delete, delete};
use backend::tokens::disable::{Disable, disable};
use backend::tokens::edit::{Edit, Edited, edit};
use backend::tokens::enable::enable;
use backend::tokens::unlock::unlock;
use backend::tokens::{Found, find, replace};
use backend::{Caller, Error, Result};
use domain::check::Refusal;
use domain::{Action, Blocked, BuiltInRole, Code, Description, Kind, Reason, action};
use sqlx::PgPool;

const TABLE: &str = "
state                     | view     | edit                            | test                            | disable   | enable            | unlock                          | unlock-and-reset  | reset                           | replace                         | delete
ACTIVE                    | yes:done | yes:done                        | yes:done                        | yes:done  | -:already         | -:already                       | -:done            | yes:done                        | -:absent                        | yes:done
ACTIVE, waiting           | yes:done | yes:done                        | waits:waits                     | yes:done  | -:already         | yes:done                        | yes:done          | waits:waits                     | -:absent                        | yes:done
ACTIVE, locked            | yes:done | yes:done                        | locked:locked                   | yes:done  | -:already         | yes:done                        | yes:done          | locked:locked                   | -:absent                        | yes:done
ACTIVE, expired           | yes:done | yes:done                        | expired:expired                 | yes:done  | -:already         | -:already                       | -:expired         | expired:expired                 | -:absent                        | yes:done
ACTIVE, user waits        | yes:done | yes:done                        | user-waits:user-waits           | yes:done  | -:already         | -:already                       | -:user-waits      | user-waits:user-waits           | -:absent                        | yes:done
ACTIVE, user locked       | yes:done | yes:done                        | user-locked:user-locked         | yes:done  | -:already         | -:already                       | -:user-locked     | user-locked:user-locked         | -:absent                        | yes:done
DISABLED                  | yes:done | yes:done                        | enable-first:enable-first       | -:already | yes:done          | -:already                       | -:enable-first    | enable-first:enable-first       | -:absent                        | yes:done
DISABLED, type in grace   | yes:done | replace-instead:replace-instead | replace-instead:enable-first    | -:already | yes:done          | -:already                       | -:enable-first    | replace-instead:enable-first    | yes:done                        | yes:done
DISABLED, grace over      | yes:done | replace-instead:replace-instead | replace-instead:enable-first    | -:already | obsolete:obsolete | -:already                       | -:enable-first    | replace-instead:enable-first    | yes:done                        | yes:done
OBSOLETE, in grace        | yes:done | replace-instead:replace-instead | replace-instead:replace-instead | yes:done  | -:already         | -:already                       | -:replace-instead | replace-instead:replace-instead | yes:done                        | yes:done
OBSOLETE, grace over      | yes:done | replace-instead:replace-instead | replace-instead:replace-instead | yes:done  | -:already         | -:already                       | -:replace-instead | replace-instead:replace-instead | yes:done                        | yes:done
OBSOLETE, locked          | yes:done | replace-instead:replace-instead | replace-instead:replace-instead | yes:done  | -:already         | replace-instead:replace-instead | -:replace-instead | replace-instead:replace-instead | yes:done                        | yes:done
OBSOLETE, nothing follows | yes:done | replace-instead:replace-instead | replace-instead:replace-instead | yes:done  | -:already         | -:already                       | -:replace-instead | replace-instead:replace-instead | nothing-follows:nothing-follows | yes:done
";

/// How a token comes into a state.
fn makes(state: &str) -> Vec<&'static str> {
    let disabled = "update token_auth set disabled_at = to_timestamp(0) where user_id = $1";
    let locked = "update token_auth set failures = 50 where user_id = $1";
    let [grace, over, nothing] = [
        "update token_auth set type_id = (select id from token_type where slug = 'grace')
         where user_id = $1",
        "update token_auth set type_id = (select id from token_type where slug = 'over')
         where user_id = $1",
        "update token_auth set type_id = (select id from token_type where slug = 'nothing')
         where user_id = $1",
    ];
    match state {
        "ACTIVE" => vec![],
        "ACTIVE, waiting" => vec![
            "update token_auth set failures = 5, retry_at = to_timestamp(4000000000)
             where user_id = $1",
        ],
        "ACTIVE, locked" => vec![locked],
        "ACTIVE, expired" => {
            vec!["update token_auth set expires_at = to_timestamp(1000000000) where user_id = $1"]
        }
        "ACTIVE, user waits" => vec![
            "update user_auth set failures = 10, retry_at = to_timestamp(4000000000)
             where user_id = $1",
        ],
        "ACTIVE, user locked" => vec!["update user_auth set failures = 100 where user_id = $1"],
        "DISABLED" => vec![disabled],
        "DISABLED, type in grace" => vec![disabled, grace],
        "DISABLED, grace over" => vec![disabled, over],
        "OBSOLETE, in grace" => vec![grace],
        "OBSOLETE, grace over" => vec![over],
        "OBSOLETE, locked" => vec![locked, grace],
        "OBSOLETE, nothing follows" => vec![nothing],
        other => panic!("no such state: {other}"),
    }
}

const OBSOLETE_TYPES: &str =
    "insert into token_type (id, slug, kind, icon, position, obsolete_since, follows, grace_until,
         created_at, updated_at)
     select gen_random_uuid(), old.slug, kind, icon, 9, to_timestamp(0),
         case old.slug when 'nothing' then null else t.id end,
         case old.slug when 'grace' then to_timestamp(4000000000) end, now(), now()
     from token_type t, (values ('grace'), ('over'), ('nothing')) old (slug)
     where t.slug = 'authenticator-app';
     insert into token_type_name (type_id, language, name)
     select id, 'en', slug from token_type where slug in ('grace', 'over', 'nothing')";

fn blocked(why: Blocked) -> &'static str {
    match why {
        Blocked::Waits(_) => "waits",
        Blocked::Locked => "locked",
        Blocked::Expired(_) => "expired",
        Blocked::Disabled => "enable-first",
        Blocked::ReplaceInstead => "replace-instead",
        Blocked::TypeObsolete => "obsolete",
        Blocked::NothingFollows => "nothing-follows",
        Blocked::UserWaits(_) => "user-waits",
        Blocked::UserLocked => "user-locked",
    }
}

fn refused(why: Refusal) -> &'static str {
    match why {
        Refusal::Waits(_) => "waits",
        Refusal::Locked => "locked",
        Refusal::Expired => "expired",
        Refusal::Disabled => "enable-first",
        Refusal::Obsolete => "replace-instead",
        Refusal::UserWaits(_) => "user-waits",
        Refusal::UserLocked => "user-locked",
        other => panic!("a right code: {other:?}"),
    }
}

fn switched(switched: Switched) -> &'static str {
    match switched {
        Switched::Done { .. } => "done",
        Switched::Already { .. } => "already",
    }
}

/// Calls the deed, whatever the menu shows.
async fn call(
    desk: &Desk,
    caller: &Caller,
    (person, device): (&Person, &Device),
    action: Action,
) -> Result<&'static str> {
    let (backend, user, serial) = (&desk.backend, person.id, &device.serial);
    let (none, phone) = (Reason::default(), Description::parse("Phone").unwrap());
    Ok(match action {
        Action::View => match find(backend, caller, user, serial).await? {
            Found::Here(_) => "done",
            Found::Moved(_) | Found::Gone(_) => "absent",
        },
        Action::Edit => {
            let asked = Edit {
                description: phone,
                version: 1,
            };
            match edit(backend, caller, user, serial, &asked).await? {
                Edited::Saved { .. } => "done",
                Edited::Unchanged { .. } | Edited::Changed(_) => "not saved",
            }
        }
        Action::Test => match desk.test(person, device, &device.code(STEP)).await? {
            Tested::Worked => "done",
            Tested::Refused { refusal, .. } => refused(refusal),
        },
        Action::Disable => {
            let asked = Disable {
                reason: none,
                until: None,
                confirmed_last: true,
            };
            switched(disable(backend, caller, user, serial, &asked).await?)
        }
        Action::Enable => switched(enable(backend, caller, user, serial, &none).await?),
        Action::Replace => {
            replace::start(backend, caller, user, serial, &fields("Phone")).await?;
            "done"
        }
        Action::Delete => {
            let asked = Delete {
                reason: none,
                confirmed_last: true,
            };
            delete(backend, caller, user, serial, &asked).await?;
            "done"
        }
        Action::Unlock => switched(unlock(backend, caller, user, serial, &none).await?),
        Action::UnlockAndReset | Action::Reset => {
            let code = |step| Code::parse(&device.code(step)).unwrap();
            let asked = Pair {
                first: code(STEP),
                second: code(STEP + 1),
                unlocks: action == Action::UnlockAndReset,
            };
            match check::reset(backend, caller, user, serial, &asked).await? {
                Reset::Done => "done",
                Reset::Refused { refusal, .. } => refused(refusal),
            }
        }
    })
}

/// What a cell of the table must say.
async fn cell(desk: &Desk, state: &str, action: Action) -> String {
    let person = desk.person(&format!("{state} {}", action.as_str())).await;
    let device = desk.token(&person, Kind::Totp).await;
    for sql in makes(state) {
        desk.set(sql, person.id.0).await;
    }
    let caller = desk.of_role(BuiltInRole::TokenOfficer, None).await;
    let Ok(Found::Here(it)) = find(&desk.backend, &caller, person.id, &device.serial).await else {
        panic!("{state}: not there");
    };
    let menu = match action::offer(action, &it.token, &it.user, NOW) {
        None => "-",
        Some(offer) => offer.blocked.map_or("yes", blocked),
    };
    let answer = match call(desk, &caller, (&person, &device), action).await {
        Ok(word) => word,
        Err(Error::NotFound) => "absent",
        Err(Error::Blocked(why)) => blocked(why),
        Err(error) => panic!("{state}, {action:?}: {error}"),
    };
    format!("{menu}:{answer}")
}

#[sqlx::test(migrations = "./migrations")]
async fn the_menu_and_the_backend_answer_as_the_table_says(db: PgPool) {
    let desk = Desk::new(&db);
    sqlx::raw_sql(OBSOLETE_TYPES).execute(&db).await.unwrap();
    let mut rows = TABLE.trim().lines();
    let columns: Vec<&str> = rows.next().unwrap().split('|').map(str::trim).collect();
    let all: Vec<&str> = Action::ALL.map(Action::as_str).into();
    assert_eq!(columns[1..], all, "every action has its column");
    let mut wrong = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for (action, expected) in Action::ALL.into_iter().zip(&cells[1..]) {
            let found = cell(&desk, cells[0], action).await;
            if found != *expected {
                wrong.push(format!(
                    "{}, {}: {found}, not {expected}",
                    cells[0],
                    action.as_str()
                ));
            }
        }
        assert_eq!(cells.len(), columns.len(), "{}", cells[0]);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
