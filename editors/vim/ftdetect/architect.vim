autocmd BufRead,BufNewFile *.arch setfiletype architect
