//! Whom a question of an application is about.

use super::Subject;
use super::asked::{Asked, Realm, Whom};
use crate::Backend;
use crate::auth::{Actor, Caller};
use crate::error::Result;
use crate::fold;
use domain::check::Purpose;
use domain::{Code, RealmId, Serial, TokenId, UserId, Username};
use uuid::Uuid;

impl Backend {
    /// Puts a question of an application into words. A name is looked for by the batch that reads its user; a
    /// serial is resolved here, and looked at again there.
    pub(super) async fn asked(
        &self,
        caller: &Caller,
        subject: &Subject,
        code: Option<Code>,
        purpose: Purpose,
    ) -> Result<Asked> {
        let nobody = Asked {
            code,
            whom: Whom::Nobody,
            ..Asked::about(caller, UserId(Uuid::nil()), None, purpose)
        };
        match subject {
            Subject::User { realm, username } => Ok(self.by_name(nobody, realm, username)),
            Subject::Serial(serial) => self.by_serial(nobody, serial).await,
        }
    }

    fn by_name(&self, asked: Asked, realm: &Option<String>, username: &str) -> Asked {
        let username = Username::parse(username).ok();
        let key = fold::username_key(username.as_ref().map_or("", Username::as_str));
        let named = realm
            .as_deref()
            .filter(|realm| !realm.contains('\0'))
            .unwrap_or("");
        let decoy = self.decoy(&[named.as_bytes(), key.as_bytes()]);
        let realm = match (realm, realms(&asked.caller)) {
            (None, [only]) => Realm::Only(only.0),
            _ => Realm::Named(named.to_owned()),
        };
        Asked {
            whom: Whom::Name { realm, key },
            decoy: Some(decoy),
            username: username.map(|name| name.as_str().to_owned()),
            ..asked
        }
    }

    async fn by_serial(&self, asked: Asked, serial: &str) -> Result<Asked> {
        let serial = Serial::parse(serial).map(String::from).unwrap_or_default();
        let within: Vec<Uuid> = realms(&asked.caller).iter().map(|it| it.0).collect();
        let found = sqlx::query!(
            r#"select user_id as "user_id!", id from token
               where serial = $1 and realm_id = any($2) and user_id is not null"#,
            serial,
            &within,
        )
        .fetch_optional(&self.db)
        .await?;
        let whom = found.as_ref().map(|row| Whom::User(UserId(row.user_id)));
        Ok(Asked {
            whom: whom.unwrap_or(Whom::Nobody),
            named: found.map(|row| TokenId(row.id)),
            decoy: Some(self.decoy(&[serial.as_bytes()])),
            serial: Some(serial).filter(|serial| !serial.is_empty()),
            ..asked
        })
    }

    /// One of 256. The same name gets the same decoy; without the key ring nobody can tell which.
    fn decoy(&self, parts: &[&[u8]]) -> u8 {
        let digest = self.keys.digest("decoy", &parts.join(&0));
        digest.first().copied().unwrap_or(0)
    }

    /// The name of a decoy.
    pub(crate) fn decoy_key(&self, parts: &[&[u8]]) -> String {
        format!("decoy {}", self.decoy(parts))
    }
}

fn realms(caller: &Caller) -> &[RealmId] {
    match &caller.actor {
        Actor::Client { realms, .. } => realms,
        Actor::Nobody | Actor::Operator { .. } | Actor::System(_) | Actor::Command => &[],
    }
}
