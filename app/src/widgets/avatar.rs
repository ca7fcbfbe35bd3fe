//! A person without a picture.

use leptos::prelude::*;

/// Hues that names are spread over; `style/widgets/avatar.css` has as many.
const HUES: u32 = 8;

/// Draws a person's initials on a hue that the same name always gets. The name itself stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>) -> impl IntoView {
    view! {
        <span class=move || format!("avatar avatar-hue-{}", hue(&name.read())) aria-hidden="true">
            {move || initials(&name.read())}
        </span>
    }
}

/// The first letters of the first and the last word, or what a name without letters begins with. The style sheet makes
/// them capitals: in Rust, the table of all scripts' capitals would be downloaded for it.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next().or_else(|| name.chars().find(|c| !c.is_whitespace()));
    first.into_iter().chain(words.next_back()).collect()
}

fn hue(name: &str) -> u32 {
    name.chars().fold(0u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(c))) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        let check = |name: &str, want: &str| assert_eq!(initials(name), want, "{name}");
        check("Ann Lee", "AL");
        check("ann", "a");
        check("María José de la Cruz", "MC");
        check("(Room) 12", "R1");
        check("李 明", "李明");
        check("…", "…");
        check("🦊 🌻", "🦊");
        check("", "");
    }

    #[test]
    fn a_name_keeps_its_hue() {
        assert_eq!(hue("Ann Lee"), hue("Ann Lee"));
        assert!(["Ann", "Ben", "Cem", "Dora"].iter().all(|name| hue(name) < HUES));
    }
}
