//! Views whose types are erased, in one way for all of them.
//!
//! Leptos' own `into_any` compiles some fifteen functions for every type of view, and among them a state machine that
//! waits while parts of the view are fetched. Only the routes, which no page contains, ever wait; and the rest need not
//! be compiled anew for each type. Together that was a quarter of what a visitor downloads. Here a view brings along
//! what is its own (how it is drawn, drawn anew, taken over from the server), and [`Erased`] does the rest once.

mod view;

use std::any::TypeId;

use leptos::children::ToChildren;
use leptos::prelude::AddAnyAttr;
use leptos::prelude::AnyView;
use leptos::prelude::IntoAny;
use leptos::prelude::Render;
use leptos::prelude::RenderHtml;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;
use leptos::tachys::renderer::types::Node;
use leptos::tachys::renderer::types::Placeholder;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::Position;
use leptos::tachys::view::PositionState;

use self::view::InBrowser;
use self::view::Live;
use self::view::OnBothSides;
use self::view::Page;
use self::view::View;

/// Holds the place of a view that is not in the server's document, in leptos' own spelling.
const NOTHING: &str = "<!--<() />-->";

/// Erases the type of a view that the server draws and the browser takes over.
pub trait Served {
    /// The view.
    fn served(self) -> AnyView;
}

impl<V: RenderHtml> Served for V {
    fn served(self) -> AnyView {
        Erased::of(OnBothSides(self.into_owned()), V::Owned::EXISTS).into_any()
    }
}

/// Erases the type of a view that the server never draws.
pub trait Drawn {
    /// The view, to be drawn in the browser; to the server it is nothing, so nothing of it is taken over.
    fn drawn(self) -> AnyView;
}

impl<V: Render + Send + 'static> Drawn for V {
    fn drawn(self) -> AnyView {
        Erased::of(InBrowser(self), false).into_any()
    }
}

/// What a page puts inside a widget.
pub struct Inside(Box<dyn FnOnce() -> AnyView + Send>);

impl Inside {
    /// The views, for the place where the widget has them.
    pub fn draw(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Inside
where
    F: FnOnce() -> V + Send + 'static,
    V: RenderHtml,
{
    fn to_children(draw: F) -> Self {
        Self(Box::new(move || draw().served()))
    }
}

/// A view of any type.
struct Erased {
    view: Box<dyn View>,
    kind: TypeId,
    /// Whether the server's document has a node of it; otherwise a placeholder stands there.
    exists: bool,
}

/// A view of any type, in the document.
struct Kept {
    live: Box<dyn Live>,
    kind: TypeId,
    placeholder: Option<Placeholder>,
}

impl Erased {
    fn of<V: View + 'static>(view: V, exists: bool) -> Self {
        Self { view: Box::new(view), kind: TypeId::of::<V>(), exists }
    }
}

impl Render for Erased {
    type State = Kept;

    fn build(self) -> Kept {
        let placeholder = (!self.exists).then(Rndr::create_placeholder);
        Kept { live: self.view.build(), kind: self.kind, placeholder }
    }

    fn rebuild(self, kept: &mut Kept) {
        if self.kind == kept.kind {
            return self.view.rebuild(&mut *kept.live);
        }
        let mut new = self.build();
        kept.insert_before_this(&mut new);
        kept.unmount();
        *kept = new;
    }
}

/// Never asked for: what is erased here is erased once more by leptos, which keeps attributes beside it.
impl AddAnyAttr for Erased {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for Erased {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {
        self.view.dry_resolve();
    }

    async fn resolve(self) -> Self {
        self.view.resolve().await
    }

    fn html_len(&self) -> usize {
        self.view.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        self.view.to_html(buf, Page { position, escape, mark_branches, attrs });
        if !self.exists {
            buf.push_str(NOTHING);
        }
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        attrs: Vec<AnyAttribute>,
    ) {
        self.view.to_html_async(buf, Page { position, escape, mark_branches, attrs }, OUT_OF_ORDER);
        if !self.exists {
            buf.push_sync(NOTHING);
        }
    }

    /// Also what `hydrate_async` does, as the trait has it: nothing of a page is fetched later.
    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Kept {
        let live = self.view.take_over(cursor, position);
        let placeholder = (!self.exists).then(|| cursor.next_placeholder(position));
        Kept { live, kind: self.kind, placeholder }
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl Mountable for Kept {
    fn unmount(&mut self) {
        self.live.unmount();
        self.placeholder.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.live.mount(parent, marker);
        self.placeholder.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.live.insert_before_this(child) || self.placeholder.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.live.elements()
    }
}
