//! What a sender is told about its encoders.

use std::cell::Cell;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::RtcRtpEncodingParameters;
use web_sys::RtcRtpSender;

use crate::call::quality::Encoding;

/// The encoders of one sender. A browser refuses a change while another one is under way, so they wait for each other.
pub(super) struct Encoder {
    sender: RtcRtpSender,
    wanted: RefCell<Option<Vec<Encoding>>>,
    busy: Cell<bool>,
}

impl Encoder {
    pub(super) fn new(sender: RtcRtpSender) -> Rc<Self> {
        Rc::new(Self { sender, wanted: RefCell::new(None), busy: Cell::new(false) })
    }

    /// Puts this in force as soon as the browser takes it; of several the last one counts. Needs no new offer.
    pub(super) fn set(self: &Rc<Self>, wanted: Vec<Encoding>) {
        *self.wanted.borrow_mut() = Some(wanted);
        if self.busy.replace(true) {
            return;
        }
        let encoder = Rc::clone(self);
        spawn_local(async move {
            loop {
                let wanted = encoder.wanted.borrow_mut().take();
                let Some(wanted) = wanted else { break };
                encoder.change(&wanted).await;
            }
            encoder.busy.set(false);
        });
    }

    async fn change(&self, wanted: &[Encoding]) {
        let parameters = self.sender.get_parameters();
        let Some(encodings) = parameters.get_encodings() else { return };
        let mut changed = false;
        for encoding in encodings.iter() {
            let encoding = encoding.unchecked_into::<RtcRtpEncodingParameters>();
            let rid = encoding.get_rid();
            if let Some(wanted) =
                wanted.iter().find(|wanted| wanted.rid.is_none_or(|name| rid.as_deref() == Some(name)))
            {
                changed |= apply(wanted, &encoding);
            }
        }
        if changed {
            // Refused only by a connection that is closed, or by a browser that cannot, which then sends all.
            drop(JsFuture::from(self.sender.set_parameters_with_parameters(&parameters)).await);
        }
    }
}

/// Writes what is wanted into what is; whether that is a change.
fn apply(wanted: &Encoding, is: &RtcRtpEncodingParameters) -> bool {
    let same_size = wanted.divisor.is_none_or(|divisor| is.get_scale_resolution_down_by() == Some(divisor));
    let same = is.get_active() == Some(wanted.active) && is.get_max_bitrate() == Some(wanted.bitrate) && same_size;
    is.set_active(wanted.active);
    is.set_max_bitrate(wanted.bitrate);
    if let Some(divisor) = wanted.divisor {
        is.set_scale_resolution_down_by(divisor);
    }
    !same
}
