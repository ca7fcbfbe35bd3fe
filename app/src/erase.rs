//! Views whose types are erased, without the code that no browser ever runs.
//!
//! `into_any` compiles every way in which a view may come about, used or not: drawing, taking over what the server
//! drew, and taking it over while parts of it are still to be fetched. The last needs a state machine for every view
//! and was an eighth of what a visitor downloads, although only the routes, which no page contains, ever wait.
//! [`Served::served`] leaves it out; [`Drawn::drawn`] leaves out taking over as well.

use leptos::prelude::AddAnyAttr;
use leptos::prelude::AnyView;
use leptos::prelude::IntoAny;
use leptos::prelude::Render;
use leptos::prelude::RenderHtml;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::Position;
use leptos::tachys::view::PositionState;

/// Erases the type of a view that the server draws and the browser takes over.
pub trait Served {
    /// The view, of which nothing is fetched later.
    fn served(self) -> AnyView;
}

impl<V: RenderHtml> Served for V {
    fn served(self) -> AnyView {
        AtOnce(self.into_owned()).into_any()
    }
}

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

/// Everything as the view does it, except that it is taken over at once.
struct AtOnce<V>(V);

impl<V: Render> Render for AtOnce<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        build(self.0)
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: RenderHtml> AddAnyAttr for AtOnce<V> {
    type Output<NewAttr: Attribute> = AtOnce<V::Output<NewAttr>>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr> {
        AtOnce(self.0.add_any_attr(attr))
    }
}

impl<V: RenderHtml> RenderHtml for AtOnce<V> {
    type AsyncOutput = AtOnce<V::AsyncOutput>;
    type Owned = AtOnce<V::Owned>;

    const MIN_LENGTH: usize = V::MIN_LENGTH;
    const EXISTS: bool = V::EXISTS;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    async fn resolve(self) -> Self::AsyncOutput {
        AtOnce(self.0.resolve().await)
    }

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0.to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0.to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    /// Also what `hydrate_async` does, as the trait has it.
    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        take_over::<FROM_SERVER, V>(self.0, cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        AtOnce(self.0.into_owned())
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

// One copy for all the ways in which a view may come about, instead of one in each of them.

#[inline(never)]
fn build<V: Render>(view: V) -> V::State {
    view.build()
}

#[inline(never)]
fn take_over<const FROM_SERVER: bool, V: RenderHtml>(view: V, cursor: &Cursor, position: &PositionState) -> V::State {
    view.hydrate::<FROM_SERVER>(cursor, position)
}
