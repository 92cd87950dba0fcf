//! A person's initials in a circle.

use leptos::prelude::*;

use crate::letters::upper;

/// The initials of `name`. Hidden from screen readers: the name always stands beside it.
#[component]
pub fn Avatar(
    /// The name as people write it, such as "Anna Keller".
    name: String,
    /// Whether it stands at the head of a page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <span class="avatar" aria-hidden="true" data-size=large.then_some("lg")>
            {initials(&name)}
        </span>
    }
}

/// First letters of the first and the last word, in capitals.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    upper(&first.into_iter().chain(last).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Anna Keller", "AK"),
            ("josé maria da silva", "JS"),
            ("Šárka", "Š"),
            ("  ", ""),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
