//! Changing a type. It writes one row and its names, never the tokens: a check reads the type each time.
//! Whom that leaves without a token that signs in, the users list learns from its job, which is made due in
//! the same commit: it compares without locks and locks a few users at a time.

use super::settings::{Stored, may, read};
use crate::auth::{Actor, Caller};
use crate::change::{Begun, Change, Decided};
use crate::error::{Error, Result};
use crate::instant::column;
use crate::jobs::Job;
use crate::{Backend, tokens, users};
use domain::account::locks_out;
use domain::audit::Deed;
use domain::type_settings::{BadSettings, Ending, Language, Settings, check};
use domain::{Timestamp, Token, TokenTypeId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How changing a type ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edited {
    /// It has these settings now.
    Saved,
    /// It had them already.
    Unchanged,
    /// Somebody else changed it since the form was made; nothing was written.
    Changed {
        /// What stands there now.
        theirs: Box<Settings>,
        /// Of those.
        version: i64,
    },
}

/// Gives the type with this slug these settings, over the version that the form was made for.
pub async fn edit(
    backend: &Backend,
    caller: &Caller,
    slug: &str,
    version: i64,
    wanted: &Settings,
) -> Result<Edited> {
    let permit = may(backend, caller).await?;
    let mut change = match Change::begin(backend, caller, permit, Deed::EditTokenType).await? {
        Begun::Fresh(change) => change,
        Begun::Repeat(outcome) => return Ok(outcome),
    };
    let decided = decide(&mut change, slug, version, wanted).await;
    change.settle(decided).await
}

async fn decide(
    change: &mut Change<'_>,
    slug: &str,
    version: i64,
    wanted: &Settings,
) -> Result<Decided<Edited>> {
    let now = change.caller.now;
    let all = lock(change).await?;
    let edges: Vec<_> = all.iter().map(|it| (it.id, follows(it))).collect();
    let stored = all.into_iter().find(|it| it.slug == slug);
    let stored = stored.ok_or(Error::NotFound)?;
    change.about.object_kind = Some("token_type");
    change.about.object = Some(stored.id.0);
    change.about.object_name = Some(stored.settings.name().to_owned());
    if stored.version != version {
        return Ok(Decided::Nothing(Edited::Changed {
            theirs: Box::new(stored.settings),
            version: stored.version,
        }));
    }
    check(stored.id, wanted, &stored.settings, &edges, now).map_err(Error::BadSettings)?;
    let changes = changes(&stored.settings, wanted);
    if changes.is_empty() {
        return Ok(Decided::Nothing(Edited::Unchanged));
    }
    let before = own_tokens(change).await?;
    write(change, stored.id, wanted).await?;
    name(change, stored.id, wanted).await?;
    if wanted.obsolete != stored.settings.obsolete {
        keep_in(change, &before).await?;
        due(change).await?;
    }
    change.about.object_name = Some(wanted.name().to_owned());
    change.about.changes = Some(Value::Object(changes));
    Ok(Decided::Done(Edited::Saved))
}

/// Locks all types against other changes, so that no two make a loop; nobody who reads them waits.
async fn lock(change: &mut Change<'_>) -> Result<Vec<Stored>> {
    sqlx::query!("select id from token_type order by id for no key update")
        .fetch_all(&mut *change.tx)
        .await?;
    read(&mut change.tx).await
}

fn follows(stored: &Stored) -> Option<TokenTypeId> {
    stored.settings.obsolete.and_then(|ending| ending.follows)
}

async fn write(change: &mut Change<'_>, id: TokenTypeId, wanted: &Settings) -> Result<()> {
    let ending = wanted.obsolete;
    let maximum = wanted.maximum.map(i16::try_from).transpose();
    sqlx::query!(
        "update token_type set icon = $2, position = $3, enrollable = $4, description = $5,
             maximum = $6, obsolete_since = $7, grace_until = $8, follows = $9,
             version = version + 1, updated_at = $10
         where id = $1",
        id.0,
        wanted.icon.as_str(),
        i32::from(wanted.position),
        wanted.enrollable,
        wanted.description.as_str(),
        maximum.map_err(|_| Error::Stored("maximum"))?,
        ending.map(|it| column(it.since)),
        ending.and_then(|it| it.grace_until).map(column),
        ending.and_then(|it| it.follows).map(|it| it.0),
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}

async fn name(change: &mut Change<'_>, id: TokenTypeId, wanted: &Settings) -> Result<()> {
    for language in Language::ALL {
        match wanted.named(language) {
            Some(named) => {
                sqlx::query!(
                    "insert into token_type_name (type_id, language, name, help)
                 values ($1, $2, $3, $4)
                 on conflict (type_id, language) do update set name = $3, help = $4",
                    id.0,
                    language.as_str(),
                    named.name.as_str(),
                    named.help.as_str(),
                )
                .execute(&mut *change.tx)
                .await?
            }
            None => {
                sqlx::query!(
                    "delete from token_type_name where type_id = $1 and language = $2",
                    id.0,
                    language.as_str(),
                )
                .execute(&mut *change.tx)
                .await?
            }
        };
    }
    Ok(())
}

/// The asker's own; a job and the command line have none.
async fn own_tokens(change: &mut Change<'_>) -> Result<Vec<Token>> {
    match change.caller.actor {
        Actor::Operator { id, .. } => tokens::row::of_user(&mut change.tx, id).await,
        Actor::Nobody | Actor::Client { .. } | Actor::System(_) | Actor::Command => Ok(Vec::new()),
    }
}

/// Refuses what would leave the asker, now or at a later date, with no token that signs in to the console,
/// where there was one: whoever ends a type has another way in first, and can take it back.
async fn keep_in(change: &mut Change<'_>, before: &[Token]) -> Result<()> {
    let Actor::Operator { id: operator, .. } = change.caller.actor else {
        return Ok(());
    };
    if before.is_empty() {
        return Ok(());
    }
    let after = own_tokens(change).await?;
    let user = users::read::load(&mut change.tx, operator, None, false).await?;
    if locks_out(&user, before, &after, change.caller.now) {
        return Err(Error::BadSettings(BadSettings::LocksOut));
    }
    Ok(())
}

async fn due(change: &mut Change<'_>) -> Result<()> {
    sqlx::query!(
        "update job set due_at = $2 where name = $1",
        Job::RefreshCanSignIn.as_str(),
        column(change.caller.now),
    )
    .execute(&mut *change.tx)
    .await?;
    Ok(())
}

/// Before and after of what differs.
fn changes(before: &Settings, after: &Settings) -> Map<String, Value> {
    let (before, after) = (told(before), told(after));
    let differing = before.into_iter().zip(after);
    differing
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| (field, json!([before, after])))
        .collect()
}

fn told(settings: &Settings) -> Vec<(String, Value)> {
    let ending = settings.obsolete;
    let at =
        |pick: fn(Ending) -> Option<Timestamp>| json!(ending.and_then(pick).map(|at| at.seconds()));
    let mut told = vec![
        ("icon".to_owned(), json!(settings.icon.as_str())),
        ("order".to_owned(), json!(settings.position)),
        ("enrollable".to_owned(), json!(settings.enrollable)),
        (
            "description".to_owned(),
            json!(settings.description.as_str()),
        ),
        ("maximum".to_owned(), json!(settings.maximum)),
        ("obsolete_since".to_owned(), at(|it| Some(it.since))),
        ("grace_until".to_owned(), at(|it| it.grace_until)),
        (
            "follows".to_owned(),
            json!(ending.and_then(|it| it.follows)),
        ),
    ];
    for language in Language::ALL {
        let named = settings.named(language);
        let word = language.as_str();
        told.push((
            format!("name_{word}"),
            json!(named.map(|it| it.name.as_str())),
        ));
        told.push((
            format!("help_{word}"),
            json!(named.map(|it| it.help.as_str())),
        ));
    }
    told
}
