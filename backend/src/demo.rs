//! Sample data, so that a first start shows something: forty users in two realms, tokens of both kinds
//! and every status, a past, and one operator. Only for an empty database.

mod history;
mod people;
mod tokens;

use crate::auth::Caller;
use crate::auth::password::Password;
use crate::change::{Begun, Change};
use crate::error::{Error, Result, Taken};
use crate::instant::column;
use crate::otp::{self, totp::Clock};
use crate::seal::Seed;
use crate::users::create::{self, New};
use crate::{Backend, operators, random, realms, token_types, users};
use domain::audit::Deed;
use domain::token_type::TokenType;
use domain::{Algorithm, Username};
use domain::{BuiltInRole, ContactKind, Digits, Name, Privilege, RealmId, Timestamp, UserId};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// The sample operator's name for people.
const NAME: &str = "Mara Vogt";
/// Seconds of a step of the sample operator's app, as its built-in type has it.
const PERIOD: u64 = 30;
/// The sample operator's username.
pub const OPERATOR: &str = "m.vogt";

/// What the sample operator signs in with. Kept by the server in a file that only its owner reads.
pub struct Sample {
    /// The password, random.
    pub password: String,
    /// The seed of the app.
    pub seed: Seed,
}

impl Sample {
    /// The seed in Base32, for the file.
    pub fn secret(&self) -> String {
        otp::base32(&self.seed)
    }

    /// The code that the app shows at `now`.
    pub fn code(&self, now: Timestamp) -> String {
        current_code(&self.seed, now)
    }
}

/// What the parts of the sample share.
struct Sampling<'a> {
    backend: &'a Backend,
    tx: &'a mut PgConnection,
    /// All of them, the obsolete one included.
    types: &'a [TokenType],
    operator: UserId,
    now: Timestamp,
}

/// The code that an app with this seed shows at `now`.
fn current_code(seed: &Seed, now: Timestamp) -> String {
    let step = u64::try_from(now.seconds()).unwrap_or(0) / PERIOD;
    let codes = otp::codes(seed, Algorithm::Sha1, Digits::Six, step..=step);
    codes.into_iter().map(|(_, code)| code).collect()
}

/// Whether there is no user yet, operators included.
pub async fn is_empty(backend: &Backend) -> Result<bool> {
    let any = sqlx::query_scalar!(r#"select exists (select from app_user) as "any!""#);
    Ok(!any.fetch_one(&backend.db).await?)
}

/// A sample that was made earlier, from the password and the seed in Base32; `None` for what is neither.
pub fn restored(password: String, secret: &str) -> Option<Sample> {
    Some(Sample {
        password,
        seed: otp::from_base32(secret)?,
    })
}

/// Makes everything, in one transaction; `Taken` when the database holds users already.
pub async fn fill(backend: &Backend, caller: &Caller) -> Result<Sample> {
    if !is_empty(backend).await? {
        return Err(Error::Taken(Taken::Users));
    }
    let second = realms::create(backend, caller, &name("hospital"), &name("City Hospital")).await?;
    let permit = backend.may(caller, Privilege::UsersManage).await?;
    let Begun::Fresh(mut change) =
        Change::begin::<()>(backend, caller, permit, Deed::CreateUser).await?
    else {
        return Err(Error::RequestReused);
    };
    sqlx::query!("update realm set display_name = 'Example Bank' where name = 'default'")
        .execute(&mut *change.tx)
        .await?;
    let first = sqlx::query_scalar!("select id from realm where name = 'default'")
        .fetch_one(&mut *change.tx)
        .await?;
    obsolete_type(&mut change.tx, caller.now).await?;
    let types = token_types::all(&mut change.tx).await?;
    let (operator, sample) = operator(&mut change).await?;
    for (place, person) in people::PEOPLE.iter().enumerate() {
        let realm = if place < people::PEOPLE.len() / 2 {
            RealmId(first)
        } else {
            second
        };
        let user = create::insert(&mut change, &new(realm, person)?).await?;
        let now = caller.now;
        let mut sampling = Sampling {
            backend,
            tx: &mut change.tx,
            types: &types,
            operator,
            now,
        };
        for (nth, token) in tokens::of_user(place).into_iter().enumerate() {
            let spread = u64::try_from(place + 3 * nth).unwrap_or(0) % 30;
            tokens::insert(&mut sampling, user, realm, token, spread).await?;
        }
        users::refresh(&mut change.tx, user, now).await?;
        users::last_use::see(&mut change.tx, &[user.0]).await?;
    }
    let row = crate::audit::Row {
        note: Some("Sample data".to_owned()),
        ..(*change.about).clone()
    };
    change.commit(&row, ()).await?;
    Ok(sample)
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap_or_default()
}

fn new(realm: RealmId, (given, family, department): &(&str, &str, &str)) -> Result<New> {
    let folded = crate::fold::words(&format!("{}.{family}", &given[..1]));
    let plain: String = folded
        .chars()
        .map(|c| if c == 'ı' { 'i' } else { c })
        .collect();
    let number = blake3::hash(family.as_bytes()).as_bytes()[0];
    let phone = format!("+41 79 555 {:02} {:02}", number / 100, number % 100);
    Ok(New {
        realm,
        username: Username::parse(&plain).map_err(|_| Error::Stored("username"))?,
        given_name: name(given),
        family_name: name(family),
        department: name(department),
        contacts: vec![
            (ContactKind::Email, name(&format!("{plain}@example.org"))),
            (ContactKind::Phone, name(&phone)),
        ],
    })
}

/// A type that had its day: its tokens work for another two months, and the app type follows.
async fn obsolete_type(tx: &mut PgConnection, now: Timestamp) -> Result<()> {
    let id = random::id(now)?;
    let day = Duration::from_secs(86_400);
    sqlx::query!(
        "insert into token_type (id, slug, kind, icon, position, obsolete_since, follows, grace_until,
             created_at, updated_at)
         select $1, 'old-authenticator', 'totp', 'smartphone', 9, $2, id, $3, $4, $4
         from token_type where slug = 'authenticator-app'",
        id,
        column(now.before(day * 30)),
        column(now.after(day * 60)),
        column(now.before(day * 700)),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into token_type_name (type_id, language, name, help)
         values ($1, 'en', 'Authenticator app, 2021', 'The app of the first roll-out.')",
        id,
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn operator(change: &mut Change<'_>) -> Result<(UserId, Sample)> {
    let username = Username::parse(OPERATOR).map_err(|_| Error::Stored("username"))?;
    let password = random::secret()?[..20].to_owned();
    let chosen = Password::chosen(&password).map_err(|_| Error::Stored("password"))?;
    let hash = chosen.hash().await?;
    let id = operators::insert(change, &username, &name(NAME), Some(&hash)).await?;
    let role = sqlx::query_scalar!(
        "select id from role where key = $1",
        BuiltInRole::Administrator.key(),
    );
    let role: Uuid = role.fetch_one(&mut *change.tx).await?;
    operators::grant(change, id, domain::RoleId(role), None).await?;
    let app = operators::app::token_type(&mut change.tx).await?;
    let seed = otp::new_seed(app.algorithm)?;
    let clock = Clock {
        period: app.period,
        drift: 0,
        drift_set: 0,
    };
    operators::app::insert(change, (id, OPERATOR), &app, &seed, (clock, 0)).await?;
    Ok((id, Sample { password, seed }))
}
