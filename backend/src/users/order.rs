//! The orders of the list, as the database sorts and cuts by them.

use super::cursor::{Side, Start};
use domain::listing::{Column, Order};
use sqlx::{Postgres, QueryBuilder};

/// What a list is sorted by. Its text can be compared again as the type that is named.
pub(super) struct Key {
    pub sql: &'static str,
    kind: &'static str,
}

/// An order's keys, of which the last is the user's id, and the tables that they are in.
#[derive(Clone, Copy)]
pub(super) struct Sorting {
    pub from: &'static str,
    pub keys: &'static [Key],
}

const fn key(sql: &'static str, kind: &'static str) -> Key {
    Key { sql, kind }
}

const NAMES: Sorting = Sorting {
    from: "app_user u",
    keys: &[key("u.sort_name", "text"), key("u.id", "uuid")],
};
const DEPARTMENTS: Sorting = Sorting {
    from: "app_user u",
    keys: &[
        key("lower(u.department) collate \"C\"", "text"),
        key("u.sort_name", "text"),
        key("u.id", "uuid"),
    ],
};
// What stands in another table is looked up for each user: of a join the planner may think that it is
// cheaper to read the other table whole.
const USERNAMES: Sorting = Sorting {
    from: "app_user u",
    keys: &[
        key(
            "(select a.username_key from user_auth a where a.user_id = u.id)",
            "text",
        ),
        key("u.id", "uuid"),
    ],
};
const USERNAMES_IN_ORDER: Sorting = Sorting {
    from: "user_auth a join app_user u on u.id = a.user_id",
    keys: &[key("a.username_key", "text"), key("a.user_id", "uuid")],
};
const REALMS: Sorting = Sorting {
    from: "app_user u",
    keys: &[
        key(
            "(select lower(r.display_name) collate \"C\" from realm r where r.id = u.realm_id)",
            "text",
        ),
        key("u.realm_id", "uuid"),
        key("u.sort_name", "text"),
        key("u.id", "uuid"),
    ],
};
const LAST_USES: Sorting = Sorting {
    from: "app_user u",
    keys: &[
        key(
            "coalesce((select max(t.last_used_at) from token_auth t where t.user_id = u.id),
                 '-infinity'::timestamptz)",
            "timestamptz",
        ),
        key("u.id", "uuid"),
    ],
};
// As the job last saw them.
const LAST_USES_SEEN: Sorting = Sorting {
    from: "app_user u",
    keys: &[
        key(
            "(select l.at from last_use l where l.user_id = u.id)",
            "timestamptz",
        ),
        key("u.id", "uuid"),
    ],
};
const LAST_USES_SEEN_IN_ORDER: Sorting = Sorting {
    from: "last_use l join app_user u on u.id = l.user_id",
    keys: &[key("l.at", "timestamptz"), key("l.user_id", "uuid")],
};

impl Sorting {
    /// Of few users.
    pub(super) const fn of_few(by: Column) -> Self {
        match by {
            Column::Name => NAMES,
            Column::Username => USERNAMES,
            Column::Department => DEPARTMENTS,
            Column::Realm => REALMS,
            Column::LastUsed => LAST_USES,
        }
    }

    /// Of many users, by the same keys as [`Self::in_order`]. Realms are gone through one by one.
    pub(super) const fn of_many(by: Column) -> Self {
        match by {
            Column::Name | Column::Realm => NAMES,
            Column::Username => USERNAMES,
            Column::Department => DEPARTMENTS,
            Column::LastUsed => LAST_USES_SEEN,
        }
    }

    /// Of many users whom an index has in this order.
    pub(super) const fn in_order(by: Column) -> Self {
        match by {
            Column::Name | Column::Realm => NAMES,
            Column::Username => USERNAMES_IN_ORDER,
            Column::Department => DEPARTMENTS,
            Column::LastUsed => LAST_USES_SEEN_IN_ORDER,
        }
    }

    /// Adds the keys to what is selected, by the names `k0`, `k1` and so on.
    pub(super) fn push_keys(&self, query: &mut QueryBuilder<Postgres>) {
        for (at, key) in self.keys.iter().enumerate() {
            query.push(format!(", {} as k{at}", key.sql));
        }
    }

    /// Adds that only what comes after the start is wanted.
    pub(super) fn push_start(&self, query: &mut QueryBuilder<Postgres>, start: &Start, way: Way) {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.sql).collect();
        query.push(format!(" and ({}) {} (", keys.join(", "), way.than()));
        for (at, (key, value)) in self.keys.iter().zip(&start.keys).enumerate() {
            query.push(if at == 0 { "" } else { ", " });
            query.push_bind(value.clone());
            query.push(format!("::text::{}", key.kind));
        }
        query.push(")");
    }

    /// Adds the order.
    pub(super) fn push_order(&self, query: &mut QueryBuilder<Postgres>, way: Way) {
        let keys = self
            .keys
            .iter()
            .map(|key| format!("{} {}", key.sql, way.word()));
        query.push(format!(" order by {}", keys.collect::<Vec<_>>().join(", ")));
    }

    /// Adds the order, by the names that [`Self::push_keys`] gave.
    pub(super) fn push_named_order(&self, query: &mut QueryBuilder<Postgres>, way: Way) {
        let keys = (0..self.keys.len()).map(|at| format!("k{at} {}", way.word()));
        query.push(format!(" order by {}", keys.collect::<Vec<_>>().join(", ")));
    }
}

/// Which way an order is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

impl Way {
    /// The order's own way, or the other one from a cursor that says so.
    pub(super) fn of(order: Order, start: Option<&Start>) -> Self {
        let backwards = start.is_some_and(|start| start.side == Side::Before);
        match order.descending == backwards {
            true => Self::Up,
            false => Self::Down,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Up => "asc",
            Self::Down => "desc",
        }
    }

    const fn than(self) -> &'static str {
        match self {
            Self::Up => ">",
            Self::Down => "<",
        }
    }
}
