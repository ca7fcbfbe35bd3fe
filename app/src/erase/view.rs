//! What each type of view brings along.

use std::any::Any;
use std::pin::Pin;

use leptos::prelude::Render;
use leptos::prelude::RenderHtml;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::Position;
use leptos::tachys::view::PositionState;

use super::Erased;

/// Whether this side writes HTML. The browser never does; without this constant, it would download how.
const WRITES: bool = !cfg!(target_family = "wasm");

/// How a view is drawn, on the server and in the browser.
pub(super) trait View: Send {
    fn build(self: Box<Self>) -> Box<dyn Live>;
    /// Draws into a state that came of the same type of view.
    fn rebuild(self: Box<Self>, live: &mut dyn Live);
    fn take_over(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Live>;

    // On the server only.
    fn dry_resolve(&mut self);
    fn resolve(self: Box<Self>) -> Pin<Box<dyn Future<Output = Erased> + Send>>;
    fn html_len(&self) -> usize;
    fn to_html(self: Box<Self>, buf: &mut String, page: Page<'_>);
    fn to_html_async(self: Box<Self>, buf: &mut StreamBuilder, page: Page<'_>, out_of_order: bool);
}

/// What leptos hands from view to view while it writes a page.
pub(super) struct Page<'a> {
    pub(super) position: &'a mut Position,
    pub(super) escape: bool,
    pub(super) mark_branches: bool,
    pub(super) attrs: Vec<AnyAttribute>,
}

/// A view in the document.
pub(super) trait Live: Mountable {
    fn state(&mut self) -> &mut dyn Any;
}

impl<S: Mountable + 'static> Live for S {
    fn state(&mut self) -> &mut dyn Any {
        self
    }
}

/// The server draws it, the browser takes it over.
pub(super) struct OnBothSides<V>(pub(super) V);

impl<V: RenderHtml + 'static> View for OnBothSides<V> {
    fn build(self: Box<Self>) -> Box<dyn Live> {
        Box::new(self.0.build())
    }

    fn rebuild(self: Box<Self>, live: &mut dyn Live) {
        rebuild(self.0, live);
    }

    fn take_over(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Live> {
        Box::new(self.0.hydrate::<true>(cursor, position))
    }

    fn dry_resolve(&mut self) {
        if WRITES {
            self.0.dry_resolve();
        }
    }

    fn resolve(self: Box<Self>) -> Pin<Box<dyn Future<Output = Erased> + Send>> {
        if WRITES {
            Box::pin(async move {
                let resolved = self.0.resolve().await.into_owned();
                Erased::of(OnBothSides(resolved), <V::AsyncOutput as RenderHtml>::Owned::EXISTS)
            })
        } else {
            never()
        }
    }

    fn html_len(&self) -> usize {
        if WRITES { self.0.html_len() } else { 0 }
    }

    fn to_html(self: Box<Self>, buf: &mut String, page: Page<'_>) {
        if WRITES {
            self.0.to_html_with_buf(buf, page.position, page.escape, page.mark_branches, page.attrs);
        }
    }

    fn to_html_async(self: Box<Self>, buf: &mut StreamBuilder, page: Page<'_>, out_of_order: bool) {
        let Page { position, escape, mark_branches, attrs } = page;
        if WRITES && out_of_order {
            self.0.to_html_async_with_buf::<true>(buf, position, escape, mark_branches, attrs);
        } else if WRITES {
            self.0.to_html_async_with_buf::<false>(buf, position, escape, mark_branches, attrs);
        }
    }
}

/// The server leaves its place empty.
pub(super) struct InBrowser<V>(pub(super) V);

impl<V: Render + Send + 'static> View for InBrowser<V> {
    fn build(self: Box<Self>) -> Box<dyn Live> {
        Box::new(self.0.build())
    }

    fn rebuild(self: Box<Self>, live: &mut dyn Live) {
        rebuild(self.0, live);
    }

    /// There is nothing of the server's to take over.
    fn take_over(self: Box<Self>, _: &Cursor, _: &PositionState) -> Box<dyn Live> {
        self.build()
    }

    fn dry_resolve(&mut self) {}

    fn resolve(self: Box<Self>) -> Pin<Box<dyn Future<Output = Erased> + Send>> {
        if WRITES { Box::pin(std::future::ready(Erased::of(*self, false))) } else { never() }
    }

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self: Box<Self>, _: &mut String, _: Page<'_>) {}

    fn to_html_async(self: Box<Self>, _: &mut StreamBuilder, _: Page<'_>, _: bool) {}
}

fn never() -> Pin<Box<dyn Future<Output = Erased> + Send>> {
    Box::pin(std::future::pending())
}

fn rebuild<V: Render>(view: V, live: &mut dyn Live)
where
    V::State: 'static,
{
    if let Some(state) = live.state().downcast_mut() {
        view.rebuild(state);
    }
}
