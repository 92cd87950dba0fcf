//! The path of a route as one type for all of them: each type of path would bring its own copy of the
//! router's code into the download.

use std::borrow::Cow;

use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};

/// A path as it stands in the table of routes: `/users/:user/tokens`. A part with `:` stands for one part of
/// an address, `*` for all that is left; an empty path takes nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) &'static str);

impl At {
    fn parts(self) -> impl Iterator<Item = &'static str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }
}

impl PossibleRouteMatch for At {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let mut params = Vec::new();
        let mut rest = path;
        for part in self.parts() {
            if let Some(name) = part.strip_prefix('*') {
                let left = rest.strip_prefix('/').unwrap_or(rest);
                params.push((Cow::Borrowed(name), left.to_owned()));
                rest = "";
                break;
            }
            let after = rest.strip_prefix('/')?;
            let here = &after[..after.find('/').unwrap_or(after.len())];
            match part.strip_prefix(':') {
                Some(name) if !here.is_empty() => {
                    params.push((Cow::Borrowed(name), here.to_owned()));
                }
                None if here == part => {}
                Some(_) | None => return None,
            }
            rest = &after[here.len()..];
        }
        let matched = &path[..path.len() - rest.len()];
        Some(PartialPathMatch::new(rest, params, matched))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(self.parts().map(|part| {
            match (part.strip_prefix(':'), part.strip_prefix('*')) {
                (Some(name), _) => PathSegment::Param(name.into()),
                (_, Some(name)) => PathSegment::Splat(name.into()),
                (None, None) => PathSegment::Static(part.into()),
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::At;
    use leptos_router::{PossibleRouteMatch, path};

    /// What the router's own types make of an address, and what this one does.
    fn both(own: &impl PossibleRouteMatch, ours: At, address: &str) {
        let seen = |route: &dyn PossibleRouteMatch| {
            route.test(address).map(|found| {
                (
                    found.remaining().to_owned(),
                    found.matched().to_owned(),
                    found.params(),
                )
            })
        };
        assert_eq!(seen(&ours), seen(own), "{ours:?} at {address:?}");
        let path = |route: &dyn PossibleRouteMatch| {
            let mut path = Vec::new();
            route.generate_path(&mut path);
            path.retain(|part| !part.as_raw_str().is_empty());
            path
        };
        assert_eq!(path(&ours), path(own));
    }

    #[test]
    fn a_path_matches_what_the_routers_own_would() {
        for address in [
            "",
            "/",
            "/users",
            "/users/",
            "/users/7",
            "/users/7/",
            "/users/7/tokens/new",
            "/user",
            "/userss",
            "/users//new",
            "/sign-in",
            "/sign-in/code",
            "/šárka",
            "//",
        ] {
            both(&path!(""), At(""), address);
            both(&path!("/users"), At("/users"), address);
            both(&path!("/users/:user"), At("/users/:user"), address);
            both(&path!("/:serial/test"), At("/:serial/test"), address);
            both(&path!("/sign-in/code"), At("/sign-in/code"), address);
            both(&path!("/new/:slug"), At("/new/:slug"), address);
            both(&path!("/*nothing"), At("/*nothing"), address);
        }
    }
}
