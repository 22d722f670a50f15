// The one name matrix-bot-sdk reads from its native crypto package when it is loaded.
module.exports = { StoreType: { Sqlite: 0 } };
