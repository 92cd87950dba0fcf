//! Adding, editing, disabling, enabling and deleting users.
#![expect(clippy::too_many_arguments, reason = "each is a field of a form")]

use domain::RealmId;
use domain::people::Managed;
use leptos::prelude::*;

use crate::clock::Seen;
use crate::problem::Problem;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::reason,
    crate::request::signed_in,
    crate::switched,
    crate::text::bad_line,
    crate::text::{bad_contact, bad_username},
    crate::ui::form::done,
    backend::users::{self, Edit, New},
    backend::{Backend, Caller, Error, Taken},
    domain::{ContactKind, Name, UserId, Username, contact},
};

/// A user to be edited, disabled or deleted.
#[server(prefix = "/call", endpoint = "managed-user", output = Wire)]
pub async fn managed_user(user: String) -> Result<Seen<Managed>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = users::managed(&backend, &caller, parse_user(&user)?).await?;
    Ok(Seen { clock, it })
}

/// The realms in which a user can be added.
#[server(prefix = "/call", endpoint = "user-realms", output = Wire)]
pub async fn user_realms() -> Result<Vec<(RealmId, String)>, Problem> {
    let (backend, caller) = signed_in().await?;
    Ok(users::realms(&backend, &caller).await?)
}

/// Adds a user.
#[server(prefix = "/call", endpoint = "create-user", output = Wire)]
pub async fn create_user(
    #[server(default)] realm: String,
    #[server(default)] username: String,
    #[server(default)] given_name: String,
    #[server(default)] family_name: String,
    #[server(default)] department: String,
    #[server(default)] phones: String,
    #[server(default)] emails: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let mut problem = Problem::invalid();
    let realm = RealmId::parse(&realm).ok_or(());
    let realm = problem.take("realm", realm, |()| CHOOSE_REALM.to_owned());
    let names = [&given_name, &family_name, &department];
    let typed = parse(&mut problem, &username, names, &phones, &emails);
    let (Some(realm), Some(typed)) = (realm, typed) else {
        return Err(problem);
    };
    let name = typed.username.as_str().to_owned();
    let new = New {
        realm,
        username: typed.username,
        given_name: typed.given_name,
        family_name: typed.family_name,
        department: typed.department,
        contacts: typed.contacts,
    };
    match users::create(&backend, &caller, &new).await {
        Ok(id) => done(paths::tokens(id), Some(Notice::new("User added", name))),
        Err(Error::NotFound) => Err(Problem::invalid().at("realm", CHOOSE_REALM)),
        Err(error) => Err(not_saved(error)),
    }
}

/// Saves a user over the version that the form was made for.
#[server(prefix = "/call", endpoint = "edit-user", output = Wire)]
pub async fn edit_user(
    user: String,
    #[server(default)] version: String,
    #[server(default)] username: String,
    #[server(default)] given_name: String,
    #[server(default)] family_name: String,
    #[server(default)] department: String,
    #[server(default)] phones: String,
    #[server(default)] emails: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let user = parse_user(&user)?;
    let version = version.parse().map_err(|_| Problem::incomplete())?;
    let mut problem = Problem::invalid();
    let names = [&given_name, &family_name, &department];
    let Some(typed) = parse(&mut problem, &username, names, &phones, &emails) else {
        return Err(problem);
    };
    let asked = Edit {
        version,
        username: typed.username,
        given_name: typed.given_name,
        family_name: typed.family_name,
        department: typed.department,
        contacts: typed.contacts,
    };
    match users::edit(&backend, &caller, user, &asked).await {
        Ok(()) => {
            let name = asked.username.as_str();
            done(paths::user(user), Some(Notice::new("User saved", name)))
        }
        Err(Error::Changed) => Err(changed(&backend, &caller, user, &asked).await?),
        Err(error) => Err(not_saved(error)),
    }
}

/// Switches a user off.
#[server(prefix = "/call", endpoint = "disable-user", output = Wire)]
pub async fn disable_user(user: String, #[server(default)] reason: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let (user, reason) = (parse_user(&user)?, reason::parse(&reason)?);
    let it = users::disable(&backend, &caller, user, &reason).await?;
    let clock = Clock::new(&backend, &caller);
    let notice = switched::notice(it, "User disabled", "User was disabled already", &clock);
    done(paths::user(user), Some(notice))
}

/// Switches a user on.
#[server(prefix = "/call", endpoint = "enable-user", output = Wire)]
pub async fn enable_user(user: String, #[server(default)] reason: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let (user, reason) = (parse_user(&user)?, reason::parse(&reason)?);
    let it = users::enable(&backend, &caller, user, &reason).await?;
    let clock = Clock::new(&backend, &caller);
    let notice = switched::notice(it, "User enabled", "User was enabled already", &clock);
    done(paths::user(user), Some(notice))
}

/// Removes a user for good. `typed` is the username, typed once more.
#[server(prefix = "/call", endpoint = "delete-user", output = Wire)]
pub async fn delete_user(user: String, #[server(default)] typed: String) -> FormResult {
    let (backend, caller) = signed_in().await?;
    users::delete(&backend, &caller, parse_user(&user)?, &typed).await?;
    // a repeat finds nobody, so that the name is the typed one
    let name = typed.trim().to_owned();
    done(paths::users(), Some(Notice::new("User deleted", name)))
}

#[cfg(feature = "ssr")]
const CHOOSE_REALM: &str = "Choose a realm.";

#[cfg(feature = "ssr")]
fn parse_user(user: &str) -> Result<UserId, Problem> {
    UserId::parse(user).ok_or_else(Problem::not_found)
}

/// What both forms ask for, parsed.
#[cfg(feature = "ssr")]
struct Typed {
    username: Username,
    given_name: Name,
    family_name: Name,
    department: Name,
    contacts: Vec<(ContactKind, Name)>,
}

/// `None` when a field was refused: then the problem says so.
#[cfg(feature = "ssr")]
fn parse(
    problem: &mut Problem,
    username: &str,
    [given_name, family_name, department]: [&String; 3],
    phones: &str,
    emails: &str,
) -> Option<Typed> {
    let username = problem.take("username", Username::parse(username), bad_username);
    let given_name = problem.take("given_name", Name::parse(given_name), bad_line);
    let family_name = problem.take("family_name", Name::parse(family_name), bad_line);
    let department = problem.take("department", Name::parse(department), bad_line);
    let mut contacts = Vec::new();
    for (kind, field, typed) in [
        (ContactKind::Phone, "phones", phones),
        (ContactKind::Email, "emails", emails),
    ] {
        let lines = contact::parse_lines(kind, typed);
        let said = |(line, bad)| bad_contact(line, bad, kind);
        let values = problem.take(field, lines, said).unwrap_or_default();
        contacts.extend(values.into_iter().map(|value| (kind, value)));
    }
    let refused = !problem.fields.is_empty();
    Some(Typed {
        username: username.filter(|_| !refused)?,
        given_name: given_name?,
        family_name: family_name?,
        department: department?,
        contacts,
    })
}

#[cfg(feature = "ssr")]
fn not_saved(error: Error) -> Problem {
    match error {
        Error::Taken(Taken::Username) => {
            Problem::invalid().at("username", "Another user of this realm has this username.")
        }
        error => error.into(),
    }
}

/// At each field that differs, what stands there now.
#[cfg(feature = "ssr")]
async fn changed(
    backend: &Backend,
    caller: &Caller,
    user: UserId,
    asked: &Edit,
) -> Result<Problem, Problem> {
    let now = users::managed(backend, caller, user).await?;
    let problem = Problem::conflict(
        "Somebody changed this user meanwhile. Nothing was saved. What stands there now is said at \
         each field that differs: save again to replace it, or cancel to keep it.",
    );
    let typed = |kind| {
        let of_kind = asked.contacts.iter().filter(move |(it, _)| *it == kind);
        of_kind
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut fields = vec![
        (
            "username",
            now.user.username.clone(),
            asked.username.as_str().to_owned(),
        ),
        (
            "given_name",
            now.user.given_name.clone(),
            asked.given_name.as_str().to_owned(),
        ),
        (
            "family_name",
            now.user.family_name.clone(),
            asked.family_name.as_str().to_owned(),
        ),
        (
            "department",
            now.user.department.clone(),
            asked.department.as_str().to_owned(),
        ),
    ];
    if now.contacts {
        for (field, kind) in [
            ("phones", ContactKind::Phone),
            ("emails", ContactKind::Email),
        ] {
            fields.push((
                field,
                super::super::fields::lines(&now.user, kind).join(", "),
                typed(kind),
            ));
        }
    }
    let differing = fields.into_iter().filter(|(_, now, typed)| now != typed);
    let problem = differing.fold(problem, |problem, (field, now, _)| {
        let said = match now.as_str() {
            "" => "It is empty now.".to_owned(),
            now => format!("It is “{now}” now."),
        };
        problem.at(field, said)
    });
    Ok(Problem {
        version: Some(now.version),
        ..problem
    })
}
