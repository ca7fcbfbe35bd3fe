//! Running meetings: the task of each room and of each connection.
