//! One person in the list.

use domain::AccountId;
use icondata_lu::LuKeyRound;
use icondata_lu::LuShieldMinus;
use icondata_lu::LuShieldPlus;
use icondata_lu::LuTrash2;
use leptos::prelude::*;

use super::excerpt::Excerpt;
use crate::backend::Person;
use crate::erase::Served;
use crate::text::people as words;
use crate::widgets::Avatar;
use crate::widgets::Icon;
use crate::widgets::Menu;
use crate::widgets::MenuLink;
use crate::widgets::Time;

/// Draws a person: who it is, since when, and the ⋮ menu.
#[component]
pub fn Row(person: Person, excerpt: Excerpt, you: AccountId) -> AnyView {
    let account = person.account.clone();
    let is_you = (account.id == you).then(|| view! { <span class="person-mark">{words::YOU}</span> });
    let administers = account.administrator.then(|| view! { <span class="person-mark">{words::ADMINISTRATOR}</span> });
    view! {
        <li class="person">
            <Avatar name=account.name.to_string() />
            <div class="person-words">
                <p>
                    <strong dir="auto">{account.name.to_string()}</strong>
                    {is_you}
                    {administers}
                </p>
                <p>{account.email.to_string()}</p>
                <p>{words::SINCE} " " <Time at=person.created_at /></p>
            </div>
            <PersonMenu person excerpt />
        </li>
    }
    .served()
}

#[component]
fn PersonMenu(person: Person, excerpt: Excerpt) -> AnyView {
    let account = person.account;
    let id = account.id;
    let (icon, rights) =
        if account.administrator { (LuShieldMinus, words::DEMOTE) } else { (LuShieldPlus, words::PROMOTE) };
    view! {
        <Menu id=format!("menu-{id}") label=words::menu_of(&account.name)>
            <MenuLink href=excerpt.with_dialog("link", &id) icon=LuKeyRound label=words::PASSWORD_LINK />
            <MenuLink href=excerpt.with_dialog("rights", &id) icon label=rights />
            <hr class="menu-line" />
            <a class="menu-item menu-item-danger" href=excerpt.with_dialog("delete", &id)>
                <Icon icon=LuTrash2 />
                {words::DELETE}
            </a>
        </Menu>
    }
    .served()
}
