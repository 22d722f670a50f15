// Empty: matrix-bot-sdk lists this package and never loads it.
module.exports = {};
