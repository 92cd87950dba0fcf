//! The operators of a desk, and their sessions.

use super::{COOKIE, Desk, Visitor};
use domain::Privilege;
use uuid::Uuid;

impl Desk {
    /// An operator with a built-in role, or none, in a realm, or all.
    pub async fn operator(&self, name: &str, role: Option<&str>, realm: Option<&str>) -> Uuid {
        let id = self.user("operators", name).await;
        sqlx::query("insert into operator (user_id, created_at) values ($1, now())")
            .bind(id)
            .execute(&self.db)
            .await
            .unwrap();
        if let Some(role) = role {
            let sql = "insert into operator_role (operator_id, role_id, realm_id)
                       select $1, r.id, (select id from realm where name = $3)
                       from role r where r.key = $2";
            sqlx::query(sql)
                .bind(id)
                .bind(role)
                .bind(realm)
                .execute(&self.db)
                .await
                .unwrap();
        }
        id
    }

    /// An operator's session, whole or half.
    pub async fn session(&self, operator: Uuid, half: bool) -> Visitor {
        let secret = backend::random::secret().unwrap();
        let sql = "insert into session (id, secret_hash, operator_id, half, created_at,
                       last_seen_at, ends_at)
                   values (gen_random_uuid(), $1, $2, $3, now(), now(), now() + '5 min')";
        sqlx::query(sql)
            .bind(backend::random::hash(&secret))
            .bind(operator)
            .bind(half)
            .execute(&self.db)
            .await
            .unwrap();
        Visitor(format!("{COOKIE}={secret}"))
    }

    /// Somebody with a role, signed in.
    pub async fn signed_in(&self, name: &str, role: Option<&str>, realm: Option<&str>) -> Visitor {
        let operator = self.operator(name, role, realm).await;
        self.session(operator, false).await
    }

    /// Somebody with a role of just these privileges, in a realm or all but `operators`, signed in.
    pub async fn holding(&self, held: &[&Privilege], realm: Option<&str>) -> Visitor {
        self.operator_holding(held, realm).await.2
    }

    /// As [`Desk::holding`], with the operator's user and username.
    pub async fn operator_holding(
        &self,
        held: &[&Privilege],
        realm: Option<&str>,
    ) -> (Uuid, String, Visitor) {
        let words: Vec<_> = held.iter().map(|it| it.as_str()).collect();
        let name = format!("holder-{}", backend::random::secret().unwrap());
        let name = name[..20].to_owned();
        let operator = self.operator(&name, None, None).await;
        let sql = "with made as (
                       insert into role (id, name, privileges) values (gen_random_uuid(), $1, $2)
                       returning id)
                   insert into operator_role (operator_id, role_id, realm_id)
                   select $3, id, (select id from realm where name = $4) from made";
        sqlx::query(sql)
            .bind(&name)
            .bind(words)
            .bind(operator)
            .bind(realm)
            .execute(&self.db)
            .await
            .unwrap();
        let visitor = self.session(operator, false).await;
        (operator, name, visitor)
    }
}
