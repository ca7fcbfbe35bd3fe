//! Views that only ever appear in the browser: the server draws none of them, so nothing of them is hydrated.
//!
//! `into_any` compiles each view's hydration beside its drawing, used or not. For the room, which comes after a
//! press, that was a large part of what a guest downloads.

use leptos::prelude::AddAnyAttr;
use leptos::prelude::AnyView;
use leptos::prelude::IntoAny;
use leptos::prelude::Render;
use leptos::prelude::RenderHtml;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::Position;
use leptos::tachys::view::PositionState;

/// Erases the type of a view that the server never draws.
pub trait Drawn {
    /// The view, to be drawn in the browser; to the server it is nothing.
    fn drawn(self) -> AnyView;
}

impl<V: Render + Send + 'static> Drawn for V {
    fn drawn(self) -> AnyView {
        InBrowser(self).into_any()
    }
}

struct InBrowser<V>(V);

impl<V: Render> Render for InBrowser<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        build(self.0)
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: Render + Send + 'static> AddAnyAttr for InBrowser<V> {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self::Output<NewAttr> {
        self
    }
}

impl<V: Render + Send + 'static> RenderHtml for InBrowser<V> {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;
    const EXISTS: bool = false;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    /// Never reached: there is nothing of the server's to take over.
    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self::State {
        build(self.0)
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}

/// One copy for all the ways in which a view may come about, instead of one in each of them.
#[inline(never)]
fn build<V: Render>(view: V) -> V::State {
    view.build()
}
