//! The tables after all that was asked, for the checker of the fault program.

use sqlx::PgPool;
use uuid::Uuid;

use crate::checker::{Kept, Result, Row, State};

/// What is kept of counting tokens whose codes were accepted, and of all requests. Their users' wrong codes fit
/// several tokens and count on none.
pub async fn kept(owner: &PgPool) -> Kept {
    let tokens =
        "select token_id, counter, failures from token_auth where kind = 'hotp' and counter > 0";
    let tokens: Vec<(Uuid, i64, i32)> = sqlx::query_as(tokens).fetch_all(owner).await.unwrap();
    let audit = "select a.id, a.token_id, (extract(epoch from a.at) * 1000000)::bigint
                 from audit a join token_auth t on t.token_id = a.token_id
                 where a.action = 'token.verify' and a.result = 'done' and t.kind = 'hotp' order by a.id";
    let audit: Vec<(i64, Uuid, i64)> = sqlx::query_as(audit).fetch_all(owner).await.unwrap();
    let requests = "select request_id, outcome ? 'Accepted' from request";
    let requests: Vec<(Uuid, bool)> = sqlx::query_as(requests).fetch_all(owner).await.unwrap();
    let token = |(id, counter, failures): (Uuid, i64, i32)| {
        let state = State {
            counter: counter.try_into().unwrap(),
            failures: failures.try_into().unwrap(),
        };
        (id, state)
    };
    let row = |(id, token, at): (i64, Uuid, i64)| Row {
        id,
        token,
        result: Result::Done,
        at,
    };
    Kept {
        tokens: tokens.into_iter().map(token).collect(),
        audit: audit.into_iter().map(row).collect(),
        requests: requests.into_iter().collect(),
    }
}
