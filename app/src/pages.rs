//! The pages, one module each.

pub mod account;
pub mod chat;
pub mod landing;
pub mod meeting;
pub mod meetings;
pub mod not_found;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod signed_in;

pub use account::AccountPage;
pub use chat::ChatPage;
pub use landing::LandingPage;
pub use meeting::MeetingPage;
pub use meetings::MeetingsPage;
pub use not_found::NotFoundPage;
pub use settings::SettingsPage;
pub use setup::SetupPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
