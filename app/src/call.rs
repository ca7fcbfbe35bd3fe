//! The browser's half of a call.
//!
//! Pure, and tested on the host: [`mod@line`] (when to connect), [`state`] and [`chat`] (the room as told),
//! [`attendance`] (who is listed how), [`stage`] and [`layout`] (who is seen where), [`wishes`] (what is asked for),
//! [`quality`] (what is sent), [`health`] (when media is given up), [`measure`] and [`diagnosis`] (what is wrong),
//! [`outage`] (what is known without a connection), [`order`], [`refusal`], [`browser`], [`retry`], [`shortcuts`].
//! Everything else touches browser APIs, and is called from effects and handlers only. Start reading at [`session::Call`].

pub mod attendance;
pub mod browser;
pub mod chat;
pub mod devices;
pub mod diagnosis;
pub mod health;
pub mod layout;
pub mod levels;
pub mod line;
pub mod measure;
pub mod memory;
pub mod order;
pub mod outage;
pub mod peer;
pub mod platform;
pub mod quality;
pub mod refusal;
pub mod retry;
pub mod screen;
pub mod session;
pub mod shortcuts;
pub mod socket;
pub mod speaker;
pub mod stage;
pub mod state;
pub mod wishes;

pub use devices::Media;
pub use session::Call;
pub use session::Phase;
pub use session::Ticket;
